use larder::cached;

use async_trait::async_trait;

#[async_trait]
trait Price {
    async fn price(&self, article: u64) -> Result<u64, larder::Error>;
}

#[derive(PartialEq, Eq, Hash, Clone)]
struct Shop;

#[async_trait]
impl Price for Shop {
    #[cached(ttl = 60, hard_timeout = 2)]
    async fn price(&self, article: u64) -> Result<u64, larder::Error> {
        Ok(article)
    }
}

fn main() {}
