use larder::cached;

#[cached(store = redis, lock = "5s")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
