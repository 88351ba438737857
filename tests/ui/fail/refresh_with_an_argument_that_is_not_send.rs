use larder::cached;

use std::rc::Rc;

#[cached(refresh = 30, ignore = [name])]
async fn f(name: Rc<str>, id: u64) -> String {
    format!("{id} {name}")
}

fn main() {}
