use larder::cached;

#[cached(l1 = "5s", ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
