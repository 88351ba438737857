use larder::cached;

#[cached(max_entries = 5, weigh = |value| value.len())]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
