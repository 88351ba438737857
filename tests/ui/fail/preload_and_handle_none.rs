use larder::cached;

fn ids() -> Vec<(u64,)> {
    vec![(1,)]
}

#[cached(preload = ids, handle = none)]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
