use larder::cached;

use std::rc::Rc;

#[cached(ttl = 60, stale_while_revalidate = 30, ignore = [name])]
fn f(name: Rc<str>, id: u64) -> String {
    format!("{id} {name}")
}

fn main() {}
