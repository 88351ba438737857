use larder::cached;

#[cached(ttl_with = |value| value.len())]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
