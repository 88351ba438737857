use larder::cached;

#[cached(ttl = 60, hard_timeout = "soon")]
async fn f(id: u64, name: String) -> Result<String, larder::Error> {
    Ok(format!("{id} {name}"))
}

fn main() {}
