use larder::cached;

#[cached(ttl = 60, soft_timeout = 0.05, hard_timeout = 2)]
async fn f(id: u64, name: String) -> Result<String, larder::Error> {
    Ok(format!("{id} {name}"))
}

fn main() {}
