use larder::cached;

#[cached(cache = "")]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
