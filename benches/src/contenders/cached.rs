//! `cached`: the attribute most Rust programs use.

use ::cached::Cached;
use ::cached::macros::cached;

use super::{line, slow, square};

/// A hit by number.
#[cached(max_size = 10_000, ttl_secs = 60)]
pub fn number(key: u64) -> u64 {
    square(key)
}

/// A hit by text and number.
#[cached(max_size = 10_000, ttl_secs = 60, key = "(String, u32)", convert = r#"{ (name.to_owned(), part) }"#)]
pub fn text(name: &str, part: u32) -> String {
    line(name, part)
}

/// A hit by number, async.
#[cached(max_size = 10_000, ttl_secs = 60)]
pub async fn later(key: u64) -> u64 {
    square(key)
}

/// A miss.
#[cached(max_size = 10_000, ttl_secs = 60)]
pub fn missed(key: u64) -> u64 {
    square(key)
}

/// 5 ms of work, one run per key.
#[cached(max_size = 10_000, ttl_secs = 60, sync_writes = "by_key")]
pub fn slowly(key: u64) -> u64 {
    slow(key)
}

/// A million entries.
#[cached(max_size = 1_000_000, ttl_secs = 60)]
pub fn kept(key: u64) -> u64 {
    square(key)
}

/// The entries of [`kept`], which are gone afterwards.
pub fn dismiss() -> usize {
    let mut store = KEPT.write();
    let entries = store.cache_size();
    store.cache_reset();
    entries
}

/// A store of so many entries: what `max_size` alone gives, the least recently used leaves first.
pub fn store(capacity: usize) -> ::cached::LruCache<u32, u32> {
    ::cached::LruCache::builder().max_size(capacity).build().expect("a capacity above zero")
}
