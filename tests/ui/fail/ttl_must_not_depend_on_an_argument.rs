use larder::cached;

#[cached(ttl = std::time::Duration::from_secs(name.len() as u64))]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
