use larder::cached;

#[cached(store = shared, ttl = 60, lock = 5 * 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
