use larder::cached;

#[cached(only = [id, id])]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
