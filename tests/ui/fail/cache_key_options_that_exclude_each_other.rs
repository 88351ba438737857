//! The second option is underlined.

use larder::CacheKey;

#[derive(CacheKey)]
struct Query {
    id: u64,
    #[cache_key(skip, hash)]
    text: String,
    #[cache_key(hash)]
    #[cache_key(skip)]
    lang: String,
    #[cache_key(with = String::len, as = usize, hash)]
    length: String,
    #[cache_key(with = String::len)]
    with: String,
    #[cache_key(as = usize)]
    into: String,
}

fn main() {}
