use larder::cached;

#[cached(none_ttl = 0)]
fn f(id: u64) -> Option<u64> {
    Some(id)
}

fn main() {}
