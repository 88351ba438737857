use larder::cached;

struct Shop(f64);

impl Shop {
    #[cached]
    fn price(&self, article: u64) -> f64 {
        self.0 * article as f64
    }
}

fn main() {}
