use larder::cached;

#[cached(cache = Cache::named("users"))]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
