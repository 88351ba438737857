//! The only place that reads time.
//!
//! Expiries are by the clock on the wall, since they have to mean the same to all processes, also after a restart of the machine.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch.
pub(crate) fn wall_ms() -> u64 {
    milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// A duration in milliseconds, rounded up: nothing expires early, and nothing lives for no time at all.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

/// A moment by which something has to be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    began: Instant,
    most: Duration,
}

impl Deadline {
    pub(crate) fn after(most: Duration) -> Self {
        Self { began: Instant::now(), most }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.began.elapsed() >= self.most
    }
}
