use larder::cached;

fn ids() -> Vec<(u64,)> {
    vec![(1,)]
}

#[cached(preload = ids)]
fn f() -> u64 {
    1
}

fn main() {}
