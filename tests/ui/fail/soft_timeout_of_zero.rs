use larder::cached;

#[cached(ttl = 60, stale_if_error = 60, soft_timeout = "0ms")]
async fn f(id: u64, name: String) -> Result<String, larder::Error> {
    Ok(format!("{id} {name}"))
}

fn main() {}
