use larder::cached;

struct Counter(u64);

impl Counter {
    #[cached]
    fn next(&mut self, by: u64) -> u64 {
        self.0 += by;
        self.0
    }
}

fn main() {}
