use larder::cached;

#[cached(store = redis, serializer = json, on_store_error = fail, ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
