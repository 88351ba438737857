//! A door that is closed for a while.

use std::sync::{Condvar, Mutex};

/// Where threads wait as long as it is closed; it begins open.
#[derive(Debug)]
pub(crate) struct Door {
    state: Mutex<(bool, usize)>,
    opened: Condvar,
}

impl Door {
    pub(crate) const fn new() -> Self {
        Self { state: Mutex::new((false, 0)), opened: Condvar::new() }
    }

    /// Closes it until the guard is dropped, and counts arrivals from zero.
    pub(crate) fn close(&self) -> Closed<'_> {
        *self.state.lock().unwrap() = (true, 0);
        Closed { door: self }
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

/// A closed [`Door`]: it opens when this is dropped, also when a test fails.
#[derive(Debug)]
pub(crate) struct Closed<'a> {
    door: &'a Door,
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.door.state.lock().unwrap().0 = false;
        self.door.opened.notify_all();
    }
}
