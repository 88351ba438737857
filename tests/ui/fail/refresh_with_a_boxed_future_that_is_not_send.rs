use larder::cached;

use std::pin::Pin;

#[cached(refresh = 30)]
fn f(id: u64) -> Pin<Box<dyn Future<Output = u64>>> {
    Box::pin(async move { id })
}

fn main() {}
