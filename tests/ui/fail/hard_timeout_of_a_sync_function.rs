use larder::cached;

#[cached(ttl = 60, hard_timeout = 2)]
fn f(id: u64) -> Result<u64, larder::Error> {
    Ok(id)
}

fn main() {}
