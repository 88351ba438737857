use larder::cached;

struct Database;

#[cached(refresh = 30, ignore = [_database])]
fn f(_database: Database, id: u64) -> u64 {
    id
}

fn main() {}
