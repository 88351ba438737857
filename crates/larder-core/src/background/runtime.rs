//! The tokio runtime that async jobs run on: the only file that names tokio. Its twin without the feature is `no_runtime.rs`.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use tokio::runtime::{EnterGuard, Handle, Id};

use crate::sync::plain::{AtomicBool, Mutex, Ordering, lock};

/// A runtime, which may have ended.
#[derive(Clone, Debug)]
pub(crate) struct Runtime(Handle);

impl Runtime {
    /// That of the calling thread.
    pub(crate) fn current() -> Option<Self> {
        Handle::try_current().ok().map(Self)
    }

    /// Runs the task. `false`: the runtime has ended, and the task was dropped.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> bool {
        let spawned = self.0.spawn(task);
        let is_finished = spawned.is_finished();
        let outcome = || pin!(spawned).poll(&mut Context::from_waker(Waker::noop()));
        !(is_finished && matches!(outcome(), Poll::Ready(Err(_))))
    }

    /// Makes it the calling thread's current one.
    pub(crate) fn enter(&self) -> EnterGuard<'_> {
        self.0.enter()
    }
}

/// What is known about the program's runtimes.
pub(super) struct Known {
    state: Mutex<State>,
    wants_one: AtomicBool,
}

struct State {
    newest: Option<Runtime>,
    /// The last that was seen to end. Threads may still be inside of it, and must not bring it back.
    ended: Option<Id>,
}

impl Known {
    pub(super) const fn none() -> Self {
        Self { state: Mutex::new(State { newest: None, ended: None }), wants_one: AtomicBool::new(true) }
    }

    pub(super) fn wants_one(&self) -> bool {
        self.wants_one.load(Ordering::Relaxed)
    }

    /// The runtime that the calling thread is in, which becomes the newest one; else the newest one.
    pub(super) fn current_or_newest(&self) -> Option<Runtime> {
        let current = Runtime::current();
        let mut replaced = None;
        let mut state = lock(&self.state);
        if let Some(current) = current
            && state.ended != Some(current.0.id())
            && state.newest.as_ref().is_none_or(|newest| newest.0.id() != current.0.id())
        {
            replaced = state.newest.replace(current);
            self.wants_one.store(false, Ordering::Relaxed);
        }
        let newest = state.newest.clone();
        drop(state);
        drop(replaced);
        newest
    }

    /// This runtime if it is not known to have ended, else the newest one.
    pub(super) fn living(&self, runtime: Option<Runtime>) -> Option<Runtime> {
        let state = lock(&self.state);
        let has_ended = |runtime: &Runtime| state.ended == Some(runtime.0.id());
        match runtime {
            Some(runtime) if !has_ended(&runtime) => Some(runtime),
            // Dropped after the lock is: locals go before arguments.
            _ => state.newest.clone(),
        }
    }

    /// No runtime is known any more.
    pub(super) fn forget_all(&self) {
        let forgotten = lock(&self.state).newest.take();
        self.wants_one.store(true, Ordering::Relaxed);
        drop(forgotten);
    }

    /// This runtime has ended.
    pub(super) fn forget(&self, runtime: &Runtime) {
        let id = runtime.0.id();
        let mut state = lock(&self.state);
        state.ended = Some(id);
        let forgotten = state.newest.take_if(|newest| newest.0.id() == id);
        if forgotten.is_some() {
            self.wants_one.store(true, Ordering::Relaxed);
        }
        drop(state);
        drop(forgotten);
    }
}
