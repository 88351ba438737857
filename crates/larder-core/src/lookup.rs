//! What `f::lookup` gives: the value, and where it came from.

use std::time::Duration;

/// A value and how it was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lookup<V> {
    /// What the function returned.
    pub value: V,
    /// Where it came from.
    pub source: Source,
    /// How long ago the value was made, to the resolution of the clock (a few milliseconds); zero for one that was made during this call.
    pub age: Duration,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// From the cache.
    Hit,
    /// From the cache, past its lifetime: within a stale window, or because the function failed or took too long.
    Stale,
    /// The function ran for this call.
    Miss,
    /// Another call's execution, which this one waited for.
    Coalesced,
    /// From nowhere: the call waited for as long as `hard_timeout` says, and the value is an error that says so.
    TimedOut,
    /// The function ran because caching is switched off.
    Disabled,
}

impl<V> Lookup<V> {
    /// Whether a fresh value came from the cache.
    #[must_use]
    pub fn is_hit(&self) -> bool {
        self.source == Source::Hit
    }

    /// Whether a stale value came from the cache.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.source == Source::Stale
    }

    /// Whether the function ran for this call.
    #[must_use]
    pub fn is_miss(&self) -> bool {
        self.source == Source::Miss
    }

    /// Whether the value is another call's, which this one waited for.
    #[must_use]
    pub fn is_coalesced(&self) -> bool {
        self.source == Source::Coalesced
    }
}
