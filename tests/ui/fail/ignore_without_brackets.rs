use larder::cached;

#[cached(ignore = name)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
