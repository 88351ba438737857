use larder::cached;

#[cached(cache_none = false)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
