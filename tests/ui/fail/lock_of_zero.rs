use larder::cached;

#[cached(store = redis, ttl = 60, lock = 0)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
