use larder::cached;

#[cached(ttl = 60, refresh = 30, handle = none)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
