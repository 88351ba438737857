use larder::cached;

#[cached(preload = ids)]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
