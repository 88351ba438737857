//! What several modules need: waiting for a state instead of for a time.

use std::thread;
use std::time::{Duration, Instant};

use larder::FunctionStats;

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
