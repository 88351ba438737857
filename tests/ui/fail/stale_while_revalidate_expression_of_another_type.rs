use larder::cached;

#[cached(ttl = 60, stale_while_revalidate = 5 * 60)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
