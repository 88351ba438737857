//! The frame around a running function: which computation this is, inside which other one, and what it learned on the way.
//!
//! A frame is entered on the thread that runs the function; for an async function, on whatever thread polls it, for the time of each poll.

use std::time::Duration;

use crate::{
    clock::{NEVER, Nanos},
    scope::{Scope, Sequence},
    sync::{Arc, AtomicU64, Mutex, Ordering, lock},
    thread,
};

/// One running computation.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The computation that called this one.
    parent: Option<Arc<Frame>>,
    /// When the task that runs this was last woken without having been polled since; [`NEVER`] otherwise.
    woken_at: AtomicU64,
    notes: Mutex<Notes>,
}

/// What a computation noted about its own value.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// What the value depends on beside its own function and key, and the snapshot each dependency was read at.
    pub(crate) dependencies: Vec<Dependency>,
    /// A lifetime chosen inside the function.
    pub(crate) ttl: Option<Duration>,
    /// Do not keep the value.
    pub(crate) no_store: bool,
}

/// A scope, and the newest invalidation that was known when the value was read from it.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) scope: Arc<Scope>,
    pub(crate) snapshot: Sequence,
}

impl Dependency {
    /// Whether the scope was invalidated since.
    #[inline(always)]
    pub(crate) fn is_broken(&self) -> bool {
        self.scope.invalidated_at() > self.snapshot
    }
}

impl Frame {
    /// A computation inside the one the calling thread is inside of.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            parent: thread::frame(),
            woken_at: AtomicU64::new(NEVER),
            notes: Mutex::new(Notes::default()),
        })
    }

    /// Whether this computation is the one the calling thread is inside of, or around it.
    pub(crate) fn is_around_caller(self: &Arc<Self>) -> bool {
        chain().any(|frame| Arc::ptr_eq(&frame, self))
    }

    /// Notes that the value depends on more.
    pub(crate) fn depend(&self, on: impl IntoIterator<Item = Dependency>) {
        lock(&self.notes).add(on);
    }

    /// What was noted; the frame is empty afterwards.
    pub(crate) fn take_notes(&self) -> Notes {
        std::mem::take(&mut *lock(&self.notes))
    }

    /// The task was woken: if it is not polled soon, nobody will finish this.
    pub(crate) fn woken(&self, now: Nanos) {
        let _ = self.woken_at.compare_exchange(NEVER, now, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// The task is being polled.
    pub(crate) fn polled(&self) {
        self.woken_at.store(NEVER, Ordering::Release);
    }

    /// Since when the task could have gone on and was not polled; [`NEVER`] if it waits for something.
    pub(crate) fn idle_since(&self) -> Nanos {
        self.woken_at.load(Ordering::Acquire)
    }

    /// What tells this frame from others alive.
    pub(crate) fn address(self: &Arc<Self>) -> usize {
        Arc::as_ptr(self).addr()
    }
}

impl Notes {
    fn add(&mut self, on: impl IntoIterator<Item = Dependency>) {
        for new in on {
            match self.dependencies.iter_mut().find(|known| Arc::ptr_eq(&known.scope, &new.scope)) {
                Some(known) => known.snapshot = known.snapshot.min(new.snapshot),
                None => self.dependencies.push(new),
            }
        }
    }
}

/// The frames around the caller, from the inside out.
pub(crate) fn chain() -> impl Iterator<Item = Arc<Frame>> {
    std::iter::successors(thread::frame(), |frame| frame.parent.clone())
}

/// Puts the calling thread inside a computation until it is dropped, also by a panic.
#[derive(Debug)]
pub(crate) struct Inside {
    before: Option<Arc<Frame>>,
}

impl Inside {
    pub(crate) fn of(frame: &Arc<Frame>) -> Self {
        Self { before: thread::swap_frame(Some(frame.clone())) }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        thread::swap_frame(self.before.take());
    }
}
