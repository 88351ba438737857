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
    /// The moment, or one of the states below.
    woken_at: AtomicU64,
}

/// It was polled since it was woken last.
const WAITING: u64 = NEVER;
/// It is being polled.
const POLLED: u64 = NEVER - 1;
/// It is being polled, and was woken meanwhile.
const POLLED_AND_WOKEN: u64 = NEVER - 2;

impl Pulse {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { woken_at: AtomicU64::new(WAITING) })
    }

    /// A poll begins.
    fn begin_poll(&self) {
        self.woken_at.store(POLLED, Ordering::Release);
    }

    /// A poll ends: a wake during it counts from now.
    pub(crate) fn end_poll(&self) {
        if self.woken_at.compare_exchange(POLLED, WAITING, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            self.woken_at.store(clock::now(), Ordering::Release);
        }
    }

    /// Since when the task could have gone on and was not polled; [`NEVER`] if it waits for something, or is being polled.
    pub(crate) fn idle_since(&self) -> Nanos {
        match self.woken_at.load(Ordering::Acquire) {
            WAITING | POLLED | POLLED_AND_WOKEN => NEVER,
            woken_at => woken_at,
        }
    }

    fn woken(&self) {
        let was_waiting =
            self.woken_at.compare_exchange(WAITING, clock::now(), Ordering::AcqRel, Ordering::Acquire);
        if was_waiting == Err(POLLED) {
            let _ =
                self.woken_at.compare_exchange(POLLED, POLLED_AND_WOKEN, Ordering::AcqRel, Ordering::Relaxed);
        }
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

    /// The poll is over.
    pub(crate) fn end(&self) {
        self.pulse.end_poll();
    }

    /// The task is being polled with `task`: what to pass on instead.
    pub(crate) fn over(&mut self, task: &Waker) -> &Waker {
        self.pulse.begin_poll();
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
