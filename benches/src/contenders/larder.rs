//! This project.

use larder::cached;

use super::{CAPACITY, MANY, line, slow, square};

/// A hit by number.
#[cached(ttl = 60, max_entries = CAPACITY)]
pub fn number(key: u64) -> u64 {
    square(key)
}

/// A hit by text and number.
#[cached(ttl = 60, max_entries = CAPACITY)]
pub fn text(name: &str, part: u32) -> String {
    line(name, part)
}

/// A hit by number, async.
#[cached(ttl = 60, max_entries = CAPACITY)]
pub async fn later(key: u64) -> u64 {
    square(key)
}

/// A miss.
#[cached(ttl = 60, max_entries = CAPACITY)]
pub fn missed(key: u64) -> u64 {
    square(key)
}

/// 5 ms of work.
#[cached(ttl = 60, max_entries = CAPACITY)]
pub fn slowly(key: u64) -> u64 {
    slow(key)
}

/// A million entries.
#[cached(ttl = 60, max_entries = MANY)]
pub fn kept(key: u64) -> u64 {
    square(key)
}

/// The entries of [`kept`], which are gone afterwards.
pub fn dismiss() -> usize {
    let entries = kept::handle().len();
    kept::clear();
    entries
}
