//! Redis and Valkey as a store of [larder](https://docs.rs/larder), made to fail well.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use larder_redis::Redis;
//!
//! let store = Redis::builder("redis://localhost")?.prefix("shop").deadline(Duration::from_millis(100)).build();
//! # Ok::<(), larder_redis::ConfigError>(())
//! ```
//!
//! Commands are those of Redis 6.2 at most; scripts touch one key each, so everything works on a cluster. Wanted are `GET`, `SET`, `UNLINK`, `PTTL`, `EVAL`, `EVALSHA`,
//! `SCAN` (for `clear`), `PING`, `PUBLISH` and `SUBSCRIBE` (for `watch`), and on a cluster `CLUSTER SLOTS`.
//!
//! The way of a batch: `backend` → `request` (by `command`, what is no read) → `route` (on a cluster `cluster`, `topology`) → a link of `larder-link`, which has the deadline, the breaker and the retries → a
//! connection of its pool for threads, or the one that the tasks of a runtime share. `protocol` says how these are made, and
//! `dialogue` what is said on the shared one.

mod address;
mod backend;
mod builder;
mod clear;
#[cfg(feature = "cluster")]
mod cluster;
mod command;
mod connection;
mod dial;
mod dialogue;
mod error;
mod keyspace;
mod protocol;
mod reply;
mod request;
mod route;
mod script;
mod tls;
#[cfg(feature = "cluster")]
mod topology;
mod watch;

pub use self::{
    backend::{Health, Redis},
    builder::RedisBuilder,
    watch::Watch,
};
pub use larder_core::store_bytes::Notice;
pub use larder_link::ConfigError;

/// The replies among these bytes, which come in pieces of this size, each as redis-rs would give it and, where it is a reply to a read, how many texts it has; `None` if there is something else.
///
/// Not public API: for the fuzzer.
#[doc(hidden)]
#[must_use]
pub fn read_replies(bytes: &[u8], piece: usize) -> Option<Vec<(redis::Value, Option<usize>)>> {
    reply::read_all(bytes, piece)
}
