use larder::cached;

#[cached(refresh = 5 * 60)]
fn f(id: u64, name: String) -> String {
    format!("{id} {name}")
}

fn main() {}
