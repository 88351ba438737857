use larder::cached;

#[cached(idle = 5, stale_while_revalidate = "30s")]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
