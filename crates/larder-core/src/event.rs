//! What `on_event` is told.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Something that happened to a cached function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The function's name, as in the statistics.
    pub function: &'static str,
    /// What happened.
    pub kind: EventKind,
}

/// The kinds of [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// A call was served from the cache.
    Hit,
    /// A call was given a stale value.
    StaleHit,
    /// A call was not served.
    Miss,
    /// A call waited for another one's computation and got its value.
    Coalesced,
    /// The function ran to its end.
    Load,
    /// The function ran and gave an `Err`.
    LoadError,
    /// A call gave up waiting; the execution goes on.
    Timeout,
    /// A value was stored.
    Insert,
    /// A value was computed and not stored, because it was overtaken by an invalidation.
    RejectedWrite,
    /// One key was invalidated.
    Invalidate,
    /// All keys of the function were.
    Clear,
}

/// Tells a listener. Called outside every lock; its panic goes no further.
#[cold]
pub(crate) fn tell(listener: fn(&Event), function: &'static str, kind: EventKind) {
    // The panic hook has reported it; the call it happened in has nothing to do with it.
    let _ = catch_unwind(AssertUnwindSafe(|| listener(&Event { function, kind })));
}
