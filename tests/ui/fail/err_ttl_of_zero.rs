use larder::cached;

#[cached(cache_err = _, err_ttl = 0)]
fn f(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
