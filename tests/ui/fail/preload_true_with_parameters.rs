use larder::cached;

#[cached(preload = true)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

#[cached(preload = true)]
fn g(id: u64) -> u64 {
    id
}

fn main() {}
