//! Whether anybody polls the task that computes.
//!
//! A task that waits for something is not polled, and that is as it should be. One that was woken and is not polled may have been forgotten by its owner:
//! after a while ([`super::wait::PATIENCE`]) its waiters take the computation over.

use std::{
    sync::Arc as StdArc,
    task::{Wake, Waker},
};

use crate::{
    clock::{self, NEVER, Nanos},
    sync::{Arc, AtomicU64, Ordering},
};

/// When a task was woken, and whether it was polled since.
#[derive(Debug)]
pub(crate) struct Pulse {
    /// [`NEVER`] if it was polled since it was woken last.
    woken_at: AtomicU64,
}

impl Pulse {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { woken_at: AtomicU64::new(NEVER) })
    }

    /// The task is being polled.
    pub(crate) fn polled(&self) {
        self.woken_at.store(NEVER, Ordering::Release);
    }

    /// Since when the task could have gone on and was not polled; [`NEVER`] if it waits for something.
    pub(crate) fn idle_since(&self) -> Nanos {
        self.woken_at.load(Ordering::Acquire)
    }

    fn woken(&self) {
        let _ = self.woken_at.compare_exchange(NEVER, clock::now(), Ordering::AcqRel, Ordering::Relaxed);
    }
}

/// The waker that a computation is polled with: it notes the wake and passes it on.
#[derive(Debug)]
pub(crate) struct Watch {
    pulse: Arc<Pulse>,
    waker: Option<(Waker, StdArc<Noting>)>,
}

#[derive(Debug)]
struct Noting {
    inner: Waker,
    pulse: Arc<Pulse>,
}

impl Watch {
    pub(crate) fn new(pulse: Arc<Pulse>) -> Self {
        Self { pulse, waker: None }
    }

    /// The task is being polled with `task`: what to pass on instead.
    pub(crate) fn over(&mut self, task: &Waker) -> &Waker {
        self.pulse.polled();
        if self.waker.as_ref().is_none_or(|(_, noting)| !noting.inner.will_wake(task)) {
            self.waker = None;
        }
        let pulse = &self.pulse;
        let (waker, _) = self.waker.get_or_insert_with(|| {
            let noting = StdArc::new(Noting { inner: task.clone(), pulse: pulse.clone() });
            (Waker::from(noting.clone()), noting)
        });
        waker
    }
}

impl Wake for Noting {
    fn wake(self: StdArc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &StdArc<Self>) {
        self.pulse.woken();
        self.inner.wake_by_ref();
    }
}
