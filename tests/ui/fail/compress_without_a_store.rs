use larder::cached;

#[cached(compress = "4KiB", ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
