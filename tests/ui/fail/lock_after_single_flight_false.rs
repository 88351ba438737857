use larder::cached;

#[cached(store = redis, ttl = 60, single_flight = false, lock = "10s")]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
