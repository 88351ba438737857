//! The same functions by everyone: what each crate's documentation recommends for the case, with the same bounds.
//!
//! A caller of `quick_cache` or `moka` writes the function around the cache by hand; here it stands in the
//! contender's file, as it would stand in a program.

pub mod bare;
pub mod cached;
pub mod cachelito;
pub mod larder;
pub mod memoize;
pub mod moka;
pub mod quick_cache;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A function of a number, as every contender has some.
pub type Function = fn(u64) -> u64;

/// A function of a text and a number.
pub type TextFunction = fn(&str, u32) -> String;

/// The most entries of the functions that answer hits, and of those that miss.
pub const CAPACITY: usize = 10_000;

/// The entries of which the memory is weighed.
pub const MANY: usize = 1_000_000;

/// The lifetime of every value.
pub const TTL: Duration = Duration::from_secs(60);

/// How long [`slow`] takes.
pub const SLOW: Duration = Duration::from_millis(5);

static RUNS: AtomicU64 = AtomicU64::new(0);

/// The work behind the functions of numbers.
#[inline]
pub fn square(key: u64) -> u64 {
    key.wrapping_mul(key)
}

/// The work behind the functions of texts: 64 bytes.
pub fn line(name: &str, part: u32) -> String {
    format!("{part:032} {name:>31}")
}

/// Work that takes 5 ms, and counts how often it is done.
pub fn slow(key: u64) -> u64 {
    RUNS.fetch_add(1, Ordering::SeqCst);
    std::thread::sleep(SLOW);
    square(key)
}

/// How often [`slow`] ran since it was last asked.
pub fn runs() -> u64 {
    RUNS.swap(0, Ordering::SeqCst)
}
