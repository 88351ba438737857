use larder::cached;

#[cached(only = [id], key = "{id}")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
