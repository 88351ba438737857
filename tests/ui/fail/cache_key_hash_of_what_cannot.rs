//! `hash` keeps a clone, so the field must not borrow, and needs `Hash`, `Eq` and `Clone`.

use larder::CacheKey;

#[derive(CacheKey)]
struct Borrowed<'a> {
    #[cache_key(hash)]
    text: &'a str,
}

#[derive(Clone, PartialEq, Eq)]
struct NoHash;

#[derive(CacheKey)]
struct Kept {
    #[cache_key(hash)]
    foreign: NoHash,
}

fn main() {}
