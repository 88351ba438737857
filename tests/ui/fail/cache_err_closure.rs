use larder::cached;

#[cached(cache_err = |error| error.is_empty())]
fn f(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {}
