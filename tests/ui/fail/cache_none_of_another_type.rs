use larder::cached;

#[cached(cache_none = 1)]
fn f(id: u64) -> Option<u64> {
    Some(id)
}

fn main() {}
