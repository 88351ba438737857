use larder::cached;

#[cached(key = "{name.trim()}")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
