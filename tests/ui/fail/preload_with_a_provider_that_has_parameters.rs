use larder::cached;

fn ids(most: u64) -> Vec<(u64,)> {
    (0..most).map(|id| (id,)).collect()
}

#[cached(preload = ids)]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
