use larder::cached;

#[cached(cache = "users", cache = "posts")]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
