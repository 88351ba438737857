use larder::cached;

#[cached(preload)]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
