use larder::cached;

#[cached(refresh = true)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
