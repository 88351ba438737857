use larder::cached;

#[cached(name = users)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
