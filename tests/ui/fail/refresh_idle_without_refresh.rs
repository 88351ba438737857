use larder::cached;

#[cached(ttl = 60, refresh_idle = 300)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
