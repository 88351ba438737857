use larder::cached;

#[cached(max_entries = 5, stale_if_error = "10m", retry_after = 5)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
