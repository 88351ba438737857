//! Without any field all values would be one key.

use larder::CacheKey;

#[derive(CacheKey)]
struct Named {
    #[cache_key(skip)]
    text: String,
    #[cache_key(skip)]
    page: u32,
}

#[derive(CacheKey)]
struct Tuple(#[cache_key(skip)] u32);

#[derive(CacheKey)]
enum OneVariant {
    Only(#[cache_key(skip)] u32),
}

fn main() {}
