use larder::cached;

#[cached(refresh = 30s)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
