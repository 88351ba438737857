use larder::cached;

#[cached(store = file, serializer = json, ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
