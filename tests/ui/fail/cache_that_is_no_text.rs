use larder::cached;

#[cached(cache = users)]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
