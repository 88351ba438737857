//! Stopping a run: workers take nothing more, and futures they drive are dropped.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Poll, Waker},
};

use crate::{
    park,
    sync::{
        Ordering,
        plain::{AtomicBool, Mutex, lock},
    },
};

/// Whether a run is over, and who is to be told.
#[derive(Debug)]
pub(super) struct Stop {
    is_stopped: AtomicBool,
    /// For each worker, what wakes the future it drives.
    drivers: Vec<Mutex<Option<Waker>>>,
}

/// Runs futures on a worker's thread, as long as its run goes on.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Driver<'a> {
    stop: &'a Stop,
    worker: usize,
}

impl Stop {
    pub(super) fn new(workers: usize) -> Self {
        Self { is_stopped: AtomicBool::new(false), drivers: (0..workers).map(|_| Mutex::default()).collect() }
    }

    pub(super) fn driver(&self, worker: usize) -> Driver<'_> {
        Driver { stop: self, worker }
    }

    /// Ends what workers wait for in futures. What runs otherwise goes on to its end.
    pub(super) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        for driver in &self.drivers {
            let waker = lock(driver).take();
            // One of `park`, not somebody else's code.
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl Driver<'_> {
    /// Runs a future to its end on this thread; nothing when the run was stopped before.
    pub(super) fn drive<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        park::block_on(pin!(poll_fn(|context| {
            // Before the future is polled and before the question, so that no stop falls in between.
            *lock(&self.stop.drivers[self.worker]) = Some(context.waker().clone());
            if self.stop.is_stopped.load(Ordering::SeqCst) {
                return Poll::Ready(None);
            }
            future.as_mut().poll(context).map(Some)
        })))
    }
}
