use larder::cached;

#[cached(crate = larder)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
