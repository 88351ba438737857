use larder::cached;

#[cached(key = "{id}{name}")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
