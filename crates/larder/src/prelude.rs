//! What most programs use, to be imported at once: `use larder::prelude::*`.
//!
//! Beside names that the root of the crate has, it brings [`StoreOptions`](crate::StoreOptions), by which a [`CacheBuilder`](crate::CacheBuilder) knows the stores of larder.

pub use crate::{Cache, CacheKey, EntryOptions, KeyTemplate, StoreOptions as _, cached};
