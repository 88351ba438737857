//! `as` says what `with` returns.

use larder::CacheKey;

#[derive(CacheKey)]
struct Query {
    #[cache_key(with = String::len, as = u32)]
    text: String,
}

fn main() {}
