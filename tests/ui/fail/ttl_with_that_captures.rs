use larder::cached;

#[cached(ttl_with = |_| std::time::Duration::from_secs(id))]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
