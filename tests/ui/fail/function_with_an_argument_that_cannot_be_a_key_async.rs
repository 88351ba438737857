use larder::cached;

struct Opaque(u64);

#[cached]
async fn f(id: u64, opaque: Vec<Opaque>) -> u64 {
    id + opaque[0].0
}

fn main() {}
