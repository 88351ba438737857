use larder::cached;

#[derive(PartialEq, Eq, Hash, Clone)]
struct Shop;

impl Shop {
    #[cached(ttl = 60, stale_while_revalidate = 30)]
    fn price(&self, article: u64) -> u64 {
        article
    }
}

fn main() {}
