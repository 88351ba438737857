use larder::cached;

enum Error {
    Gone,
}

#[cached(cache_err = Error::Gone)]
fn f(id: u64) -> Result<u64, Error> {
    if id == 0 { Err(Error::Gone) } else { Ok(id) }
}

fn main() {}
