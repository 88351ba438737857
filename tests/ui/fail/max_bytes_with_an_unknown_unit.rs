use larder::cached;

#[cached(max_bytes = "64 pages")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
