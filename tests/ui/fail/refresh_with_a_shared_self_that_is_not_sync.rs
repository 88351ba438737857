use larder::cached;

use std::cell::Cell;
use std::sync::Arc;

struct Shop(Cell<u64>);

impl Shop {
    #[cached(refresh = 30, ignore = [self])]
    async fn price(self: Arc<Self>, id: u64) -> u64 {
        self.0.get() + id
    }
}

fn main() {}
