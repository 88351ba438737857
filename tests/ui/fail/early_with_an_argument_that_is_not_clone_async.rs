use larder::cached;

struct Database;

#[cached(ttl = 60, early = true, ignore = [_database])]
async fn f(_database: Database, id: u64) -> u64 {
    id
}

fn main() {}
