use larder::cached;

#[cached(name = "")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
