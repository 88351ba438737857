//! A gate that batches wait at, on threads and in tasks.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, PoisonError},
    task::{Context, Poll, Waker},
};

use crate::sync::plain::{Condvar, Mutex, lock};

/// Batches that are held, by [`FailingStore::hold`](super::FailingStore::hold). Dropping it releases them.
#[derive(Debug)]
pub struct Held {
    gate: Arc<Gate>,
}

impl Held {
    pub(super) fn new(gate: Arc<Gate>) -> Self {
        Self { gate }
    }

    /// Waits until this many batches have come to be held. It waits for ever if they never come.
    pub fn wait_for(&self, batches: usize) {
        let mut state = lock(&self.gate.state);
        while state.came < batches {
            state = self.gate.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// How many batches have come to be held.
    #[must_use]
    pub fn came(&self) -> usize {
        lock(&self.gate.state).came
    }

    /// Lets them go on, and holds none that comes later.
    pub fn release(self) {
        drop(self);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let wakers = {
            let mut state = lock(&self.gate.state);
            state.is_open = true;
            std::mem::take(&mut state.wakers)
        };
        self.gate.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}

#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_open: bool,
    came: usize,
    wakers: Vec<Waker>,
}

impl Gate {
    /// Blocks the thread until the gate is open.
    pub(super) fn wait(&self) {
        let mut state = self.come();
        while !state.is_open {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn come(&self) -> crate::sync::plain::MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        if !state.is_open {
            state.came += 1;
            self.changed.notify_all();
        }
        state
    }
}

/// The same for a task.
pub(super) struct Passage {
    gate: Arc<Gate>,
    has_come: bool,
}

impl Passage {
    pub(super) fn new(gate: Arc<Gate>) -> Self {
        Self { gate, has_come: false }
    }
}

impl Future for Passage {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // cloning a waker is the executor's code
        let waker = context.waker().clone();
        let is_first = !std::mem::replace(&mut self.has_come, true);
        let mut state = if is_first { self.gate.come() } else { lock(&self.gate.state) };
        if state.is_open {
            drop(state);
            return Poll::Ready(());
        }
        state.wakers.push(waker);
        Poll::Pending
    }
}
