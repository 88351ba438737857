use larder::cached;

#[cached(only = [naem])]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
