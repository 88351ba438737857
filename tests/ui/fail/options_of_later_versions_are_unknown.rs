use larder::cached;

#[cached(store = redis, batch = 100)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
