use larder::cached;

#[cached(ttl = 60, stale_if_error = 60, soft_timeout = 0.05)]
async fn f(name: impl AsRef<str>) -> Result<usize, larder::Error> {
    Ok(name.as_ref().len())
}

fn main() {}
