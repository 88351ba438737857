use larder::cached;

#[cached(store = redis, compress = "4", ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
