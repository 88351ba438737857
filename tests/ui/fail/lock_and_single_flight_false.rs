use larder::cached;

#[cached(store = redis, ttl = 60, lock = "10s", single_flight = false)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
