use larder::cached;

struct Shop;

impl Shop {
    #[cached(refresh = 30, ignore = [self])]
    fn price(self, id: u64) -> u64 {
        id
    }
}

fn main() {}
