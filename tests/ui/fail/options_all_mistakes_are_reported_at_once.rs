use larder::cached;

#[cached(ttl = 0, max_entries = 0, jitter = 2, capcity = 10, only = [di])]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
