use larder::cached;

#[cached(ttl = std::time::Duration::from_secs(id))]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
