use larder::cached;

#[cached(cache_none = false, none_ttl = 5)]
fn f(id: u64) -> Option<u64> {
    Some(id)
}

fn main() {}
