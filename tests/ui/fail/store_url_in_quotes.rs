use larder::cached;

#[cached(store = "redis://localhost", ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
