use larder::cached;

#[cached(idle = "5x")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
