use larder::cached;

#[cached(max_entries = 0)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
