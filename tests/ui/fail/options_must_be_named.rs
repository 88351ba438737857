use larder::cached;

#[cached(60, "5m", ttl = 5)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
