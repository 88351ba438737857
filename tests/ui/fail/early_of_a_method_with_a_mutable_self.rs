use larder::cached;

#[derive(PartialEq, Eq, Hash, Clone)]
struct Shop;

impl Shop {
    #[cached(ttl = 60, early = true, ignore = [self])]
    fn price(&mut self, article: u64) -> u64 {
        article
    }
}

fn main() {}
