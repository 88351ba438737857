use larder::cached;

fn ids() -> Vec<(u64,)> {
    vec![(1,)]
}

#[cached(preload = ids)]
fn f<T: Clone + std::hash::Hash + Eq + Send + Sync + 'static>(id: T) -> T {
    id
}

#[cached(preload = ids)]
fn g<const N: usize>(id: u64) -> u64 {
    id + N as u64
}

fn main() {}
