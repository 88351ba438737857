//! Work behind callers' backs: refreshing stale values, and executions that outlive the call that waited for them.
//!
//! Whoever has such work hands it over as a [`Job`] and goes on. What becomes of it is told by the job itself: it runs, or its destructor does. There is no
//! third end, so an owner that must know (whose key is free for a refresh again) puts a guard into the job.
//!
//! **Where a job runs.** An async job runs on the tokio runtime that the handing thread is in, else on the one that was known last ([`adopt`]), else on a thread
//! of ours, which polls it to its end. A sync job always runs on a thread of ours, never on tokio's blocking pool: a runtime that shuts down waits for what runs there. It
//! runs inside the runtime's context, so that a function which asks for `Handle::current()` finds it.
//!
//! **Runtimes end.** tokio then drops its tasks, and drops at once what is handed to it later. Both are seen by the task's own destructor: it frees the slot, and the
//! runtime is forgotten, so that the next job goes elsewhere. Nothing tells about the end of a runtime on which no job of ours runs: the first job after it is
//! lost, and is counted as dropped. A `current_thread` runtime that nobody drives, and nobody drops, keeps its jobs and their slots.
//!
//! **Bounds.** So many tasks, so many threads, so many waiting jobs ([`Limits`]); what comes on top is dropped and counted. First in, first out, among the jobs that wait
//! for a task and among those that wait for a thread. Threads are started when there is work, leave after some idle seconds, and never keep a program from ending.
//!
//! **Locks.** There is one around the `queue` and one around the known runtime, both held for a few moves. No job runs, no job is dropped, nobody is woken and
//! tokio is not called under either: a runtime that shuts down drops what it is given inside the call, and with it runs destructors that come back here.

mod executor;
mod queue;
#[cfg_attr(not(feature = "tokio"), path = "no_runtime.rs")]
mod runtime;
mod shutdown;
mod task;
#[cfg(test)]
mod tests;
mod threads;

use std::{future::Future, pin::Pin};

pub(crate) use self::runtime::Runtime;
pub use self::shutdown::{Shutdown, shutdown, shutdown_blocking};
use self::{executor::Executor, queue::Limits, runtime::Known};
use crate::sync::plain::{OnceLock, lock};

/// One piece of work.
pub(crate) enum Job {
    Sync(Box<dyn FnOnce() + Send>),
    Async(AsyncWork),
}

type AsyncWork = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Queues it. `false`: it was dropped, since the queue is full, the runtime has ended, or all of this was shut down. That is counted, and its destructor has run.
pub(crate) fn spawn(job: Job) -> bool {
    executor().spawn(job)
}

/// Remembers the tokio runtime that the calling thread is in, if any, as the one to run async jobs on from now on.
pub(crate) fn adopt() {
    let _ = KNOWN.current_or_newest();
}

/// Whether [`adopt`] may be of use: no runtime was known yet, or the one known last has ended. Cost: one relaxed load.
#[inline]
pub(crate) fn wants_runtime() -> bool {
    KNOWN.wants_one()
}

/// Whether nothing waits or runs.
pub(crate) fn is_idle() -> bool {
    lock(&executor().queue).is_idle()
}

/// As at the program's start: takes work, also after a shutdown, knows of no runtime, and counts from zero.
pub(crate) fn reopen() {
    KNOWN.forget_all();
    executor().reopen();
}

/// What larder does in the background, and did since the program's start. Cost: a lock that is held for a few loads.
#[must_use]
pub fn background() -> Background {
    lock(&executor().queue).background()
}

/// The work in the background; see [`background`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Background {
    /// Jobs that wait for their turn now.
    pub queued: usize,
    /// Jobs that run now.
    pub running: usize,
    /// Jobs that ran to their end.
    pub done: u64,
    /// Jobs that panicked.
    pub panicked: u64,
    /// Jobs that did not run, or not to their end: the queue was full, the runtime they ran on has ended, no thread could be started, or larder was shut down.
    pub dropped: u64,
}

fn executor() -> &'static Executor {
    static EXECUTOR: OnceLock<Executor> = OnceLock::new();
    EXECUTOR.get_or_init(|| Executor::new(Limits::of_this_machine(), &KNOWN))
}

static KNOWN: Known = Known::none();
