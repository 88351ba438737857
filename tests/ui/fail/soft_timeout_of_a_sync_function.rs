use larder::cached;

#[cached(ttl = 60, stale_if_error = 60, soft_timeout = 0.05)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
