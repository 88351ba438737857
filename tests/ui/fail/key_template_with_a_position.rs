use larder::cached;

#[cached(key = "{0}")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
