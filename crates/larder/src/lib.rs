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
//! [`Cache`], whose invalidations reach others only where they used its values. The `expire_*` beside them end lifetimes: values are served only within the stale windows of their function (in a shared store there are none after that).
//! [`defer_invalidations`] stands around a transaction: invalidations in it take effect when it succeeds.
//!
//! # Staying fresh
//!
//! A value whose lifetime is over need not be waited for: `stale_while_revalidate`, `refresh` and `early` run the function behind the callers' backs, `stale_if_error` puts the last
//! good value in the place of a failure, timeouts let a caller go on while the run does. See [`macro@cached`](macro@cached#freshness). [`with_options`] has one call do it otherwise,
//! [`background()`] counts what runs, and [`shutdown()`] ends it.
//!
//! # Shared by processes
//!
//! The option `store` has values live in Redis, in memcached, in a directory, or in any [`store::Store`], with the same promise (but for the `l1` of other processes, and for a store that goes back in time): see [`macro@cached`](macro@cached#shared-stores). Each of these is a feature:
//!
//! | feature | gives |
//! |---|---|
//! | `tokio` (default) | runs in the background happen on the program's tokio runtime, where there is one |
//! | `redis`, `redis-cluster`, `redis-tls` | `store = redis`, [`redis`](https://docs.rs/larder-redis) |
//! | `memcached` | `store = memcached`, [`memcached`](https://docs.rs/larder-memcached) |
//! | `file` | `store = file` |
//! | `msgpack`, `json`, `postcard`, `bincode`, `string` | serializers; `redis`, `memcached` and `file` bring `msgpack` |
//! | `compress` | LZ4: the option `compress`, [`CacheBuilder::compress_above`] |
//! | `encrypt` | XChaCha20-Poly1305, and hidden names: `CacheBuilder::encrypt`, `LARDER_ENCRYPTION_KEYS` |
//!
//! # Values under keys of your own
//!
//! A [`Cache`] also keeps what no function returns: [`get`](Cache::get), [`insert`](Cache::insert), [`get_or_load`](Cache::get_or_load), [`increment`](Cache::increment) and the others, async
//! and [`blocking`](Cache::blocking), in memory or in the store that it was [built](Cache::builder) with. What is promised of functions holds for entries. [`macro@KeyTemplate`] gives their keys templates
//! that are checked while compiling; [`check_environment`] lists what the environment may say.
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

mod environment;
pub mod prelude;
mod stores;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use self::{environment::check_environment, stores::StoreOptions};
pub use larder_core::{
    Arguments, Background, Blocking, BlockingWith, Cache, CacheBuilder, CacheKey, CacheWith, CallOptions,
    Computation, Entry, EntryOptions, Error, Event, EventKind, FunctionReport, FunctionStats, Handle, Keeps,
    KeyTemplate, KeyText, Lookup, Memory, Named, Place, Policy, Preload, PreloadEnd, PreloadFuture,
    PreloadReport, Progress, Shared, Shutdown, Source, Standard, Stats, UnknownPolicy, add_tag, add_tag_in,
    background, cache, current_cache, current_key, defer_invalidations, defer_invalidations_async,
    is_enabled, no_store, preload_all, preload_only, root::*, set_enabled, set_ttl, shutdown, stats,
    with_options, with_options_async,
};
pub use larder_macros::CacheKey;
/// Makes the texts of a type's keys templates, checked while compiling.
///
/// ```
/// use larder::{Cache, KeyTemplate};
///
/// #[derive(KeyTemplate)]
/// enum Keys<'a> {
///     #[key("user:{id}")]
///     User { id: u64 },
///     #[key("user:{0}:mail:{1}")]
///     Mail(u64, &'a str),
///     #[key("motd")]
///     Motd,
/// }
///
/// let cache = Cache::builder("keys").build()?.blocking();
/// cache.insert(Keys::User { id: 7 }, "Ann".to_owned())?;
/// assert_eq!(cache.get::<String>(Keys::User { id: 7 })?.as_deref(), Some("Ann"));
/// assert_eq!(Keys::TEMPLATES, ["user:{id}", "user:{0}:mail:{1}", "motd"]);
/// # Ok::<(), larder::Error>(())
/// ```
pub use larder_macros::KeyTemplate;
#[doc = include_str!("cached.md")]
pub use larder_macros::cached;

/// What is async at the root of the crate, without an async runtime: the same names.
pub mod blocking {
    pub use larder_core::{blocking::*, preload_blocking::*, shutdown_blocking as shutdown};
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
    pub use larder_core::store_suite;
    pub use larder_core::testing::{FailingStore, Fault, Held, Isolated, MemoryStore, isolate};
}

/// Stores of bytes: what one has to be able to do, for those who bring their own.
pub mod store {
    pub use larder_core::Null;
    pub use larder_core::store_bytes::{
        Answer, Answers, BoxFuture, Capabilities, Listener, Notice, Operation, Store, StoreError, Watch,
    };
    #[cfg(feature = "file")]
    pub use larder_file::{Durability, FileStore, FileStoreBuilder, FileStoreError, Swept};
}

/// memcached as a store.
#[cfg(feature = "memcached")]
pub use larder_memcached as memcached;

/// Redis and Valkey as a store.
#[cfg(feature = "redis")]
pub use larder_redis as redis;

/// Values as bytes, for stores that other processes may share: serializers, and the envelope around what they write.
///
/// Each serializer is a feature: `json`, `msgpack` (recommended), `postcard`, `bincode`, `string`. `compress` and `encrypt` are features, too.
pub mod codec {
    #[cfg(feature = "bincode")]
    pub use larder_core::codec::Bincode;
    #[cfg(feature = "json")]
    pub use larder_core::codec::Json;
    #[cfg(feature = "encrypt")]
    pub use larder_core::codec::Keyring;
    #[cfg(feature = "msgpack")]
    pub use larder_core::codec::MessagePack;
    #[cfg(feature = "postcard")]
    pub use larder_core::codec::Postcard;
    #[cfg(feature = "string")]
    pub use larder_core::codec::Text;
    pub use larder_core::codec::{
        Codec, CodecError, Dependency, Envelope, Format, Metadata, Serializer, fingerprint,
    };
}

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
