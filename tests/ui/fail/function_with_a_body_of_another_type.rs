use larder::cached;

#[cached]
fn f(id: u64) -> String {
    id
}

fn main() {}
