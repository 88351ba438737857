use larder::cached;

#[cached(ttl = 60, hard_timeout = 2)]
async fn f(name: &str) -> Result<usize, larder::Error> {
    Ok(name.len())
}

fn main() {}
