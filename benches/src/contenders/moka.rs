//! `moka`: a concurrent cache by hand.

use std::sync::LazyLock;

use ::moka::{future, sync};

use super::{CAPACITY, MANY, TTL, line, slow, square};

fn cache<K, V>(capacity: usize) -> sync::Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    sync::Cache::builder().max_capacity(capacity as u64).time_to_live(TTL).build()
}

static NUMBERS: LazyLock<sync::Cache<u64, u64>> = LazyLock::new(|| cache(CAPACITY));

/// A hit by number.
pub fn number(key: u64) -> u64 {
    NUMBERS.get_with(key, || square(key))
}

static TEXTS: LazyLock<sync::Cache<(String, u32), String>> = LazyLock::new(|| cache(CAPACITY));

/// A hit by text and number; a tuple that is not owned cannot be looked up.
pub fn text(name: &str, part: u32) -> String {
    TEXTS.get_with((name.to_owned(), part), || line(name, part))
}

static LATER: LazyLock<future::Cache<u64, u64>> =
    LazyLock::new(|| future::Cache::builder().max_capacity(CAPACITY as u64).time_to_live(TTL).build());

/// A hit by number, async.
pub async fn later(key: u64) -> u64 {
    LATER.get_with(key, async { square(key) }).await
}

static MISSED: LazyLock<sync::Cache<u64, u64>> = LazyLock::new(|| cache(CAPACITY));

/// A miss.
pub fn missed(key: u64) -> u64 {
    MISSED.get_with(key, || square(key))
}

static SLOWLY: LazyLock<sync::Cache<u64, u64>> = LazyLock::new(|| cache(CAPACITY));

/// 5 ms of work.
pub fn slowly(key: u64) -> u64 {
    SLOWLY.get_with(key, || slow(key))
}

/// What holds a million entries.
pub fn filled() -> impl Fn() -> usize {
    let cache = cache(MANY);
    (0..MANY as u64).for_each(|key| cache.insert(key, square(key)));
    cache.run_pending_tasks();
    move || usize::try_from(cache.entry_count()).unwrap_or(usize::MAX)
}
