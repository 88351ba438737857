//! Every mistake at its own place, all of them at once.

use larder::CacheKey;

#[derive(CacheKey)]
#[cache_key(skip, krate = larder)]
struct Query {
    #[cache_key(skp)]
    text: String,
    #[cache_key(skip, skip)]
    page: u32,
    #[cache_key(hash = true)]
    lang: String,
    #[cache_key(crate = larder)]
    trace: u64,
    #[cache_key]
    user: u64,
    #[cache_key(with)]
    price: u64,
    #[cache_key(with = |x| x)]
    amount: u64,
    #[cache_key(1)]
    number: u64,
}

#[derive(CacheKey)]
enum Shape {
    #[cache_key(skip)]
    Circle(f64),
    Square(f64),
}

fn main() {}
