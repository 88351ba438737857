use larder::cached;

#[cached(early = true, max_entries = 5)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
