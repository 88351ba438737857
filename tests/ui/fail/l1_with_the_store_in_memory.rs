use larder::cached;

#[cached(store = memory, l1 = "5s", ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
