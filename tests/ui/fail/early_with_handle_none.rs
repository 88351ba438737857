use larder::cached;

#[cached(ttl = 60, early = true, handle = none)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
