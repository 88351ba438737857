use larder::cached;

#[cached(store = memory, ttl = 60, lock = "10s")]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
