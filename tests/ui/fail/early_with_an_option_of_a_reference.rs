use larder::cached;

#[cached(ttl = 60, early = true)]
fn f(id: u64, name: Option<&str>) -> String {
    format!("{id} {name:?}")
}

fn main() {}
