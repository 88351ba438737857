use larder::cached;

#[cached(tags = ["user:{name.trim()}"])]
fn f(name: &str) -> usize {
    name.len()
}

fn main() {}
