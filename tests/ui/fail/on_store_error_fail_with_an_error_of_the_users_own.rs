use larder::cached;

#[derive(Debug)]
struct Trouble;

#[cached(store = redis, serializer = json, on_store_error = fail, ttl = 60)]
fn f(n: u32) -> Result<u32, Trouble> {
    Ok(n)
}

fn main() {}
