use larder::cached;

#[cached]
fn f(id: u64) -> u64 {
    let = id;
    id
}

fn main() {}
