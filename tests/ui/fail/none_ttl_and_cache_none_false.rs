use larder::cached;

#[cached(none_ttl = 5, cache_none = false)]
fn f(id: u64) -> Option<u64> {
    Some(id)
}

fn main() {}
