use larder::cached;

#[cached(handle = None)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
