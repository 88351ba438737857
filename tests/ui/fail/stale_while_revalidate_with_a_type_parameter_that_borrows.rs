use larder::cached;

#[cached(ttl = 60, stale_while_revalidate = 30, ignore = [_by])]
fn f<T: Clone + Send>(_by: T, id: u64) -> u64 {
    id
}

fn main() {}
