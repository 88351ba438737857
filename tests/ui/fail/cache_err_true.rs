use larder::cached;

#[cached(cache_err = true)]
fn f(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
