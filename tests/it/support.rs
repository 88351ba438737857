//! What several modules need: waiting for a state instead of for a time, and functions that are held up or fail when told to.

mod call;
mod gate;
mod source;

use std::thread;
use std::time::{Duration, Instant};

use larder::FunctionStats;

pub(crate) use self::call::Call;
pub(crate) use self::gate::Gate;
pub(crate) use self::source::{Says, Source};

/// Waits until `holds`; panics when it has not come about for a minute.
#[track_caller]
pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not for a minute");
        thread::yield_now();
    }
}

/// Waits until so many calls of a function wait for another one's execution.
#[track_caller]
pub(crate) fn waiting(callers: usize, of: fn() -> FunctionStats) {
    eventually("the callers wait", || of().waiting == callers);
}

/// Whole seconds.
pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
