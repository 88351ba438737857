use larder::cached;

#[cached(ttl = 5, jitter = 20)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
