use larder::cached;

#[cached(key = "{nmae}:{0}:{}:{id:>5}:{id()}")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
