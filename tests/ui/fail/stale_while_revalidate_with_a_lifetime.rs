use larder::cached;

use std::borrow::Cow;

#[cached(ttl = 60, stale_while_revalidate = 30)]
fn f<'a>(name: Cow<'a, str>) -> usize {
    name.len()
}

fn main() {}
