use larder::cached;

#[cached(idle = 5, jitter = 0.1)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
