use larder::cached;

#[cached(key = "user:{nmae}")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
