use larder::Cache;

struct Id(u64);

fn main() {
    let cache = Cache::builder("users").build().unwrap();
    cache.blocking().insert(Id(7), 1_u32).unwrap();
}
