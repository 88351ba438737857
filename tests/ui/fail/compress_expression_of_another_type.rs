use larder::cached;

#[cached(store = redis, compress = "x".to_owned(), ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
