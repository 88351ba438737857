use larder::cached;

#[cached(ttl = 60, stale_while_revalidate = 30)]
fn f(ids: &[u64]) -> u64 {
    ids.iter().sum()
}

fn main() {}
