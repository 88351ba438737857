use larder::cached;

#[cached(cache_err = _)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
