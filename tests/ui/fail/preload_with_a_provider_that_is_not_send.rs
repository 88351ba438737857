use std::rc::Rc;

use larder::cached;

fn ids() -> impl Iterator<Item = (u64,)> {
    let first = Rc::new(1);
    (0..3).map(move |id| (id + *first,))
}

#[cached(preload = ids)]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
