use larder::cached;

#[cached(store = null, serializer = postcard, ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
