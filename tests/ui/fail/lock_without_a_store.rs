use larder::cached;

#[cached(lock = "10s", ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
