use larder::cached;

#[derive(Clone)]
enum Error {
    Gone,
}

#[cached(cache_err = Error::Missing)]
fn f(id: u64) -> Result<u64, Error> {
    if id == 0 { Err(Error::Gone) } else { Ok(id) }
}

fn main() {}
