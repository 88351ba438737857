//! `quick_cache`: a concurrent cache by hand. It knows no lifetimes, so where one is asked for the moment of loading
//! is kept beside the value and compared on each hit.

use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Instant;

use ::quick_cache::Equivalent;
use ::quick_cache::sync::Cache;

use super::{CAPACITY, MANY, TTL, line, slow, square};

static NUMBERS: LazyLock<Cache<u64, (u64, Instant)>> = LazyLock::new(|| Cache::new(CAPACITY));

/// A hit by number, with a lifetime.
pub fn number(key: u64) -> u64 {
    if let Some((value, at)) = NUMBERS.get(&key)
        && at.elapsed() < TTL
    {
        return value;
    }
    let value = square(key);
    NUMBERS.insert(key, (value, Instant::now()));
    value
}

static TEXTS: LazyLock<Cache<(String, u32), String>> = LazyLock::new(|| Cache::new(CAPACITY));

#[derive(Hash)]
struct Borrowed<'a>(&'a str, u32);

impl Equivalent<(String, u32)> for Borrowed<'_> {
    fn equivalent(&self, key: &(String, u32)) -> bool {
        self.1 == key.1 && self.0 == key.0
    }
}

/// A hit by text and number, by borrowed key, without a lifetime.
pub fn text(name: &str, part: u32) -> String {
    if let Some(value) = TEXTS.get(&Borrowed(name, part)) {
        return value;
    }
    let value = line(name, part);
    TEXTS.insert((name.to_owned(), part), value.clone());
    value
}

static LATER: LazyLock<Cache<u64, u64>> = LazyLock::new(|| Cache::new(CAPACITY));

/// A hit by number, async, without a lifetime.
pub async fn later(key: u64) -> u64 {
    let loaded = async { Ok::<_, Infallible>(square(key)) };
    LATER.get_or_insert_async(&key, loaded).await.unwrap_or_default()
}

static MISSED: LazyLock<Cache<u64, u64>> = LazyLock::new(|| Cache::new(CAPACITY));

/// A miss, without a lifetime.
pub fn missed(key: u64) -> u64 {
    MISSED.get_or_insert_with(&key, || Ok::<_, Infallible>(square(key))).unwrap_or_default()
}

static SLOWLY: LazyLock<Cache<u64, u64>> = LazyLock::new(|| Cache::new(CAPACITY));

/// 5 ms of work.
pub fn slowly(key: u64) -> u64 {
    SLOWLY.get_or_insert_with(&key, || Ok::<_, Infallible>(slow(key))).unwrap_or_default()
}

/// What holds a million entries, without a lifetime.
pub fn filled() -> impl Fn() -> usize {
    let cache = Cache::new(MANY);
    (0..MANY as u64).for_each(|key| cache.insert(key, square(key)));
    move || cache.len()
}

/// A cache of so many entries.
pub fn cache(capacity: usize) -> Cache<u32, u32> {
    Cache::new(capacity)
}
