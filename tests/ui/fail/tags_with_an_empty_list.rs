use larder::cached;

#[cached(tags = [])]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
