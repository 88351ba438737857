use larder::cached;

use std::future::ready;
use std::rc::Rc;

#[cached(refresh = 30)]
async fn f(id: u64) -> u64 {
    let shared = Rc::new(id);
    ready(()).await;
    *shared
}

fn main() {}
