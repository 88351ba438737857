use larder::cached;

#[cached(key = "user:{}")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
