use larder::cached;

#[cached()]
fn none(id: u64) -> u64 {
    id
}

#[cached(ttl = 5)]
fn trailing(id: u64) -> u64 {
    id
}

pub(crate) fn main() {
    assert_eq!(none(1) + trailing(1), 2);
}
