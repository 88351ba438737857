use larder::cached;

fn ids() -> Vec<(u64,)> {
    vec![(1,)]
}

#[cached(preload = "ids")]
fn f(id: u64) -> u64 {
    id
}

#[cached(preload = 100)]
fn g(id: u64) -> u64 {
    id
}

fn main() {}
