use larder::cached;

#[cached(ttl = 60s)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
