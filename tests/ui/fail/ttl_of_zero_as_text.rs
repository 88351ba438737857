use larder::cached;

#[cached(ttl = "0s")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
