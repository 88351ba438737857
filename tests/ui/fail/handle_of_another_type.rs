use larder::cached;

#[cached(handle = "none")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
