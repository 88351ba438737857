use larder::cached;

#[cached(preload = [(1,), (2,)])]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
