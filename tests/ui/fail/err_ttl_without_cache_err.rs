use larder::cached;

#[cached(err_ttl = 5)]
fn f(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
