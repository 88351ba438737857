use larder::cached;

struct Opaque(u64);

#[cached]
fn f(id: u64, opaque: &Opaque) -> u64 {
    id + opaque.0
}

fn main() {}
