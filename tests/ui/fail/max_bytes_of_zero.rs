use larder::cached;

#[cached(max_bytes = "0MiB")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
