use larder::cached;

fn count() -> u64 {
    3
}

fn nothing() {}

#[cached(preload = count)]
fn f(id: u64) -> u64 {
    id
}

#[cached(preload = nothing)]
fn g(id: u64) -> u64 {
    id
}

fn main() {}
