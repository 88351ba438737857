use larder::cached;

#[cached(cache_if = |value| value.len() > name.len())]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
