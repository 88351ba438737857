//! What several modules need, some of it from `it`.

#[path = "../it/support/call.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod call;
#[path = "../it/support/gate.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod gate;

use std::thread;
use std::time::{Duration, Instant};

pub(crate) use self::call::Call;
pub(crate) use self::gate::Gate;

/// Waits until `holds`; panics when it has not come about for a minute.
#[track_caller]
pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not for a minute");
        thread::yield_now();
    }
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
