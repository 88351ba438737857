//! `memoize`: a table per thread, so other threads never see what one has computed.

use std::time::Duration;

use ::memoize::memoize;

use super::square;

/// A hit by number.
#[memoize(Capacity: 10_000, TimeToLive: Duration::from_secs(60))]
pub fn number(key: u64) -> u64 {
    square(key)
}
