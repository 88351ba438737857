//! memcached as a store of [larder](https://docs.rs/larder), made to fail well.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use larder_memcached::Memcached;
//!
//! let store = Memcached::builder("memcached://one,two")?.prefix("shop").deadline(Duration::from_millis(100)).build();
//! # Ok::<(), larder_memcached::ConfigError>(())
//! ```
//!
//! Wanted is memcached 1.6 with its meta commands: `mg`, `ms`, `md`, `mn`, and `lru_crawler metadump` for `clear`.
//!
//! # Several servers
//!
//! A key has one server, by rendezvous hashing over their names. Every process has to name the same servers in the same words; the order is of no account. A
//! server that is gone keeps its keys: reading them finds nothing, and writing them fails, until it is back. No other server stands in, since that one would be
//! told what the first one has to know: invalidations. For the same reason give the store another [prefix](MemcachedBuilder::prefix) with the list of servers,
//! when servers leave the list that may come back with what they held.
//!
//! # What memcached cannot do
//!
//! It sends no messages: with `l1` other processes follow when that time is over. It forgets what it has no room for, and everything when it starts again, which
//! larder takes for missing, so never for valid. Expiries are exact to a second, and never early; beyond 30 days they go by this host's clock. Of keys over 250
//! bytes the beginning is kept and the rest is a hash. A server that was started with `-C` has no versions: what would replace a number there, as an invalidation
//! does, is an error that says so.
//!
//! The way of a batch: `backend` → `work` (operations step by step as commands, replies as answers) → `route` and `ring` (which server) → a link of
//! `larder-link`, which has the deadline, the breaker and the retries → `connection` for threads, or the `shared` one of the runtime for tasks; `codec` is the
//! protocol for both.

mod address;
mod backend;
mod builder;
mod clear;
mod codec;
mod connection;
mod dialogue;
mod error;
mod expiry;
mod keyspace;
mod protocol;
mod ring;
mod route;
mod work;

pub use self::{
    backend::{Health, Memcached},
    builder::MemcachedBuilder,
};
pub use larder_link::ConfigError;

/// Values of replies to commands with these opaques, however the bytes come. Not public API. Used by the fuzz target.
#[doc(hidden)]
#[must_use]
pub fn read_values(opaques: &[u64], bytes: &[u8], piece: usize) -> Option<Vec<Vec<u8>>> {
    codec::read_values(opaques, bytes, piece)
}
