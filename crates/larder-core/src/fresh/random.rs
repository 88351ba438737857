//! Random numbers where their quality does not matter.

use std::hash::BuildHasher;

use crate::{
    clock::Nanos,
    sync::{Ordering, plain::AtomicU64},
};

/// A number from 0, inclusive, to 1, exclusive.
pub(crate) fn unit() -> f64 {
    // A hash of a counter is as good as any random number here.
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    let number = DRAWN.fetch_add(1, Ordering::Relaxed);
    let hash = foldhash::quality::RandomState::default().hash_one(number);
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

/// Shortens a time by a random part of the share.
pub(crate) fn shorten(time: Nanos, share: f64) -> Nanos {
    time - (time as f64 * share * unit()) as Nanos
}
