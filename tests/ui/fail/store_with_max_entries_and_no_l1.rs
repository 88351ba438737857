use larder::cached;

#[cached(store = null, serializer = json, ttl = 60, max_entries = 10)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
