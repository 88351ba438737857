//! `cachelito`: an attribute with many policies.

use ::cachelito::cache;

use super::{line, square};

/// A hit by number.
#[cache(limit = 10_000, policy = "lru", ttl = 60)]
pub fn number(key: u64) -> u64 {
    square(key)
}

/// A hit by text and number.
#[cache(limit = 10_000, policy = "lru", ttl = 60)]
pub fn text(name: &str, part: u32) -> String {
    line(name, part)
}
