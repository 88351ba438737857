use larder::cached;

#[cached(ttl = 60, stale_while_revalidate = "30s")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
