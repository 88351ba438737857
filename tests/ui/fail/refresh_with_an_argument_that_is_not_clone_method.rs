use larder::cached;

struct Database;

struct Shop;

impl Shop {
    #[cached(refresh = 30, ignore = [_database], handle = method)]
    fn price(_database: Database, id: u64) -> u64 {
        id
    }
}

fn main() {}
