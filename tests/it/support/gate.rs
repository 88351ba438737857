//! A gate that holds up whoever comes to it.

use std::future::poll_fn;
use std::sync::{Condvar, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use super::eventually;

/// Holds up whoever comes to it, until it is opened: threads and futures.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
    opened: Condvar,
}

#[derive(Debug, Default)]
struct State {
    arrived: usize,
    is_open: bool,
    wakers: Vec<Waker>,
}

impl Gate {
    pub(crate) fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.arrived += 1;
        let (state, waited) =
            self.opened.wait_timeout_while(state, PATIENCE, |state| !state.is_open).unwrap();
        drop(state);
        assert!(!waited.timed_out(), "nobody has opened the gate for two minutes");
    }

    pub(crate) async fn pass_async(&self) {
        self.state.lock().unwrap().arrived += 1;
        poll_fn(|context| {
            let mut state = self.state.lock().unwrap();
            if state.is_open {
                return Poll::Ready(());
            }
            if !state.wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                state.wakers.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    pub(crate) fn has_arrived(&self) -> bool {
        self.arrived() > 0
    }

    /// How many have come so far.
    pub(crate) fn arrived(&self) -> usize {
        self.state.lock().unwrap().arrived
    }

    /// Waits until somebody is held up.
    #[track_caller]
    pub(crate) fn await_arrival(&self) {
        eventually("somebody comes to the gate", || self.has_arrived());
    }

    pub(crate) fn open(&self) {
        let wakers = {
            let mut state = self.state.lock().unwrap();
            state.is_open = true;
            std::mem::take(&mut state.wakers)
        };
        self.opened.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// A test that fails with somebody at its gate is to end all the same.
const PATIENCE: Duration = Duration::from_secs(120);
