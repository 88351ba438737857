use larder::cached;

#[cached]
fn f(a: u64, _: u64) -> u64 {
    a
}

fn main() {}
