use larder::cached;

#[cached(ttl = 60, stale_while_revalidate = 30, handle = none)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
