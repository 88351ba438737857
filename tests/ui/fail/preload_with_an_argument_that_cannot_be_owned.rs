use larder::cached;

struct Database;

fn ids() -> Vec<(Database, u64)> {
    vec![(Database, 1)]
}

#[cached(preload = ids, ignore = [database])]
fn f(database: &Database, id: u64) -> u64 {
    let _ = database;
    id
}

fn main() {}
