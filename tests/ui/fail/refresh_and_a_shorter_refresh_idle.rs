use larder::cached;

#[cached(refresh_idle = 10, refresh = 30)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
