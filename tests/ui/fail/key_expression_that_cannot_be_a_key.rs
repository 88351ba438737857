use larder::cached;

struct Opaque;

#[cached(key = (id, Opaque))]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
