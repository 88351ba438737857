use larder::cached;

#[cached(tll = 5)]
fn f(id: u64) -> u64 {
    id
}

fn main() {
    assert_eq!(f(1), 1);
}
