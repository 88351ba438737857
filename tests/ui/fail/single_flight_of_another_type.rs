use larder::cached;

#[cached(single_flight = "no")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
