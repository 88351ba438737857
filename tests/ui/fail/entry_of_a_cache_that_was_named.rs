fn main() {
    let cache = larder::cache("users").unwrap();
    cache.blocking().insert("a", 1_u32).unwrap();
}
