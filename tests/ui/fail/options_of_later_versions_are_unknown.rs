use larder::cached;

#[cached(tags = ["user:{id}"], store = redis)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
