use larder::cached;

use std::borrow::Cow;

#[cached]
fn f<'a>(text: &'a str) -> Cow<'a, str> {
    text.into()
}

fn main() {}
