#![doc = include_str!("../README.md")]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use larder_core::{
    Arguments, CacheKey, Error, Event, EventKind, FunctionStats, Handle, KeyText, Lookup, Policy, Source,
    Stats, check_environment, is_enabled, set_enabled, stats, testing,
};
pub use larder_macros::{CacheKey, cached};
