use larder::cached;

fn observe(name: &str) {
    println!("{name}");
}

#[cached(on_event = observe)]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
