//! Caches what functions return: `#[cached]` over a sync or async function, and it becomes fast and stays correct.
//!
//! ```
//! use larder::cached;
//!
//! #[cached(ttl = 60, max_entries = 10_000)]
//! fn user_name(id: u64) -> String {
//!     // .. ask the data base ..
//!     format!("user {id}")
//! }
//!
//! assert_eq!(user_name(7), "user 7"); // runs
//! assert_eq!(user_name(7), "user 7"); // is served
//!
//! user_name::invalidate(7);
//! assert_eq!(user_name(7), "user 7"); // runs again
//! assert_eq!(user_name::stats().hits, 1);
//! ```
//!
//! The options are described at [`macro@cached`], what can be part of a key at [`trait@CacheKey`], testing at [`testing`].
//!
//! # What is promised
//!
//! After `f::invalidate(..)` or `f::clear()` returns, no call that starts later gets a value whose computation started before it: not from the cache, not by waiting
//! for a computation that runs, and not through another cached function that used the value. A value that was overtaken is given to the callers who waited for it,
//! and not stored.
//!
//! One key is computed once at a time, whatever the number of callers ([`single_flight`](macro@cached)); when the caller that computes panics, is cancelled or forgotten,
//! another one takes over. The function, `Clone`, `Drop`, callbacks and predicates of yours never run under a lock of larder's; only `Eq` of keys with equal
//! hashes does, and the text of a key that [`current_key`] asks for. So an `Eq` must not call the very function it is a key of: it might wait for itself.
//!
//! # Tags, users, named caches
//!
//! The options `tags`, `user` and `cache` say what a value belongs to; while it is computed, [`add_tag`], [`set_ttl`] and [`no_store`] say so from inside, and a
//! [`Computation`] carries that into other threads and tasks. [`invalidate_tag`], [`invalidate_user`] and [`invalidate_all`] reach the values in every cache, and what
//! other cached functions made of them. They are async and do nothing until they are awaited; in sync code call those in [`mod@blocking`]. [`cache()`] gives one
//! [`Cache`], whose invalidations reach others only where they used its values. The `expire_*` beside them leave values to be served stale; as long as no option asks for stale values, both come to
//! the same. [`defer_invalidations`] stands around a transaction: invalidations in it take effect when it succeeds.
//!
//! # Before the first call
//!
//! With `preload` a function names the calls that are worth making in advance. [`preload_all`] makes those of every function of the program, a few at a time, and gives a [`PreloadReport`]; in sync
//! code call the one in [`mod@blocking`]. The section [`preload`](macro@cached#preload) says what a provider may be.
//!
//! # What it costs
//!
//! A hit takes no lock and allocates nothing but what cloning the value takes: return `Arc<T>` where that is much. An entry costs about 65 bytes beside what its key and
//! value own on the heap. A function with neither a bound (`max_entries`, `max_bytes`) nor a lifetime (`ttl`, `idle`, `ttl_with`) keeps everything for as long as the
//! program runs; [`stats()`] marks it as unbounded.
//!
//! Expired entries are not served from the moment they expire (to the tick of the system's coarse clock, a few milliseconds), and leave memory by themselves.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use larder_core::{
    Arguments, Blocking, Cache, CacheBuilder, CacheKey, Computation, Entry, Error, Event, EventKind,
    FunctionReport, FunctionStats, Handle, KeyText, Lookup, Policy, Preload, PreloadEnd, PreloadFuture,
    PreloadReport, Progress, Source, Stats, UnknownPolicy, add_tag, add_tag_in, cache, check_environment,
    current_cache, current_key, defer_invalidations, defer_invalidations_async, is_enabled, no_store,
    preload_all, preload_only, root::*, set_enabled, set_ttl, stats,
};
pub use larder_macros::CacheKey;
#[doc = include_str!("cached.md")]
pub use larder_macros::cached;

/// Without an async runtime: the same names as at the root of the crate.
pub mod blocking {
    pub use larder_core::{blocking::*, preload_blocking::*};
}

/// For tests of programs that use larder: a clock to move by hand, tests kept apart from each other, and hit/miss assertions.
///
/// ```
/// use std::time::Duration;
///
/// #[larder::cached(ttl = 60)]
/// fn price(article: u32) -> u32 {
///     article * 10
/// }
///
/// let time = larder::testing::isolate();
/// time.miss(|| price(7));
/// time.hit(|| price(7));
/// time.advance(Duration::from_secs(60));
/// time.miss(|| price(7));
/// ```
pub mod testing {
    pub use larder_core::testing::{Isolated, isolate};
}

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
