use larder::cached;

#[cached(max_bytes = 64MiB)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
