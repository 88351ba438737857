use larder::cached;

#[cached(ttl = "soon")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
