use larder::cached;

#[cached(key = "x")]
fn f() -> u64 {
    1
}

fn main() {}
