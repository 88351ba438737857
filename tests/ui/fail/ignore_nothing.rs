use larder::cached;

#[cached(ignore = [])]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
