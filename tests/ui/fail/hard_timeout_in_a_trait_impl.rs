use larder::cached;

trait Price {
    fn price(&self, article: u64) -> impl Future<Output = Result<u64, larder::Error>>;
}

#[derive(PartialEq, Eq, Hash, Clone)]
struct Shop;

impl Price for Shop {
    #[cached(ttl = 60, hard_timeout = 2, handle = none)]
    async fn price(&self, article: u64) -> Result<u64, larder::Error> {
        Ok(article)
    }
}

fn main() {}
