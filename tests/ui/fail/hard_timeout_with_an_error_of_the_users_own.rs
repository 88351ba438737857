use larder::cached;

#[derive(Clone)]
enum Error {
    Busy,
}

#[cached(ttl = 60, hard_timeout = 2)]
async fn f(id: u64) -> Result<u64, Error> {
    if id == 0 { Err(Error::Busy) } else { Ok(id) }
}

fn main() {}
