use larder::cached;

#[cached(store = null, serializer = json, ttl = 60, stale_if_error = 60, soft_timeout = 1)]
async fn f(n: u32) -> Result<u32, String> {
    Ok(n)
}

fn main() {}
