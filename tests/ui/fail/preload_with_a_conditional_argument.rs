use larder::cached;

fn ids() -> Vec<(u64, u64)> {
    vec![(1, 2)]
}

#[cached(preload = ids)]
fn f(id: u64, #[cfg(all())] page: u64) -> u64 {
    id + page
}

fn main() {}
