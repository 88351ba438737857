use larder::cached;

#[cached(ttl = 60, stale_if_error = 'x')]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
