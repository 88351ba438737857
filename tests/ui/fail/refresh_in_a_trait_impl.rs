use larder::cached;

trait Price {
    fn price(&self, article: u64) -> u64;
}

#[derive(PartialEq, Eq, Hash, Clone)]
struct Shop;

impl Price for Shop {
    #[cached(refresh = 30, handle = none)]
    fn price(&self, article: u64) -> u64 {
        article
    }
}

fn main() {}
