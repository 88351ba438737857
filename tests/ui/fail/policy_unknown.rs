use larder::cached;

#[cached(max_entries = 5, policy = lruu)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
