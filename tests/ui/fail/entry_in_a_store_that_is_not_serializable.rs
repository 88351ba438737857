use larder::{Cache, testing::MemoryStore};

#[derive(Clone)]
struct Opaque;

fn main() {
    let cache = Cache::builder("users").store(MemoryStore::new()).build().unwrap();
    cache.blocking().insert("a", Opaque).unwrap();
}
