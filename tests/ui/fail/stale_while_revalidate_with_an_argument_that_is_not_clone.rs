use larder::cached;

struct Database;

#[cached(ttl = 60, stale_while_revalidate = 30, ignore = [_database])]
fn f(_database: Database, id: u64) -> u64 {
    id
}

fn main() {}
