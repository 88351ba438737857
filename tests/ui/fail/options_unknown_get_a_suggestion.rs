use larder::cached;

#[cached(capcity = 10, tll = 5, time_to_live = 5, colour = "red")]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
