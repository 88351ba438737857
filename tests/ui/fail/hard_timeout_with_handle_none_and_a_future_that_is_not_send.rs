use larder::cached;

use std::future::ready;
use std::rc::Rc;

#[cached(ttl = 60, hard_timeout = 2, handle = none)]
async fn f(id: u64) -> Result<u64, larder::Error> {
    let shared = Rc::new(id);
    ready(()).await;
    Ok(*shared)
}

fn main() {}
