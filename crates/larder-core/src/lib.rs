//! The runtime of [larder](https://docs.rs/larder): use that crate.
//!
//! The way of one call is the order of the modules, and data never turns back: `call` → `key` → `store` → on a miss `flight` → the function, inside a `context`
//! frame → `outcome` and `function` (is it worth keeping, how long) → `scope` (is it still true) → `store`. `clock`, `stats` and `sync` are leaves.

mod call;
mod config;
mod event;
mod function;
mod handle;
mod lookup;
mod outcome;
mod registry;
mod settings;
mod site;
mod switch;
pub mod testing;

mod clock;
mod context;
mod epoch;
mod error;
mod flight;
pub mod key;
mod maintenance;
mod park;
mod policy;
mod scope;
mod stats;
mod store;
mod sync;
mod thread;

#[doc(hidden)]
pub use self::{
    call::{Begin, Miss, begin, begin_lookup, begin_refresh, clear, insert, invalidate, key_text, peek},
    config::Config,
    handle::handle,
    outcome::*,
    registry::Registered,
    site::{Free, Marker, Meta, Method, Site},
    stats::of as stats_of,
};
pub use self::{
    error::Error,
    event::{Event, EventKind},
    handle::{Arguments, Handle},
    key::{CacheKey, KeyText},
    lookup::{Lookup, Source},
    policy::{Policy, UnknownPolicy},
    stats::{FunctionStats, Stats, stats},
    switch::{check_environment, is_enabled, set_enabled},
};
#[doc(hidden)]
pub use inventory;
