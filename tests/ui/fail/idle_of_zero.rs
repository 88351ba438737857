use larder::cached;

#[cached(idle = 0)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
