use larder::cached;

#[cached(ttl = "")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
