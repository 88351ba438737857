use larder::cached;

#[cached(ttl = "99999999999999999999w")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
