use larder::cached;

#[cached(ttl = 5 * 60)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
