use larder::cached;

#[cached(preload = false)]
fn f() -> u64 {
    1
}

fn main() {}
