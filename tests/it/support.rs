//! What several modules need: waiting for a state instead of for a time.

use std::sync::{Condvar, Mutex};
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

/// Where threads wait as long as it is closed; it begins open.
#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<(bool, usize)>,
    opened: Condvar,
}

impl Gate {
    pub(crate) const fn new() -> Self {
        Self { state: Mutex::new((false, 0)), opened: Condvar::new() }
    }

    /// Closes it until the guard is dropped, and counts arrivals from zero.
    pub(crate) fn close(&self) -> Closed<'_> {
        *self.state.lock().unwrap() = (true, 0);
        Closed { gate: self }
    }

    /// Arrives, and waits while it is closed.
    pub(crate) fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        while state.0 {
            state = self.opened.wait(state).unwrap();
        }
    }

    /// How many have arrived since it was closed.
    pub(crate) fn arrived(&self) -> usize {
        self.state.lock().unwrap().1
    }
}

/// A closed [`Gate`]: it opens when this is dropped, also when a test fails.
#[derive(Debug)]
pub(crate) struct Closed<'a> {
    gate: &'a Gate,
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.gate.state.lock().unwrap().0 = false;
        self.gate.opened.notify_all();
    }
}
