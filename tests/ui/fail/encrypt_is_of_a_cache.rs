use larder::cached;

#[cached(store = redis, encrypt = keys(), ttl = 60)]
fn f(n: u32) -> u32 {
    n
}

fn main() {}
