use larder::cached;

#[cached(on_store_error = fail, ttl = 60)]
fn f(n: u32) -> Result<u32, larder::Error> {
    Ok(n)
}

fn main() {}
