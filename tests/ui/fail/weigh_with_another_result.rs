use larder::cached;

#[cached(max_bytes = "1MiB", weigh = |value| value.as_str())]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
