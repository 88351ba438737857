use larder::cached;

#[cached(ttl = 5)]
#[cached(max_entries = 5)]
fn f(id: u64) -> u64 {
    id
}

fn main() {}
