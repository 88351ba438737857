use larder::cached;

#[cached(max_bytes = "99999999999999TiB")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
