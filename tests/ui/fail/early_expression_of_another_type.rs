use larder::cached;

#[cached(ttl = 60, early = 1 + 1)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
