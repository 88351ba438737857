use larder::cached;

#[cached(ttl = 60, hard_timeout = 2)]
async fn f(id: u64) -> u64 {
    id
}

fn main() {}
