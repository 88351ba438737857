//! Typed values in this process: shards that are read without a lock, exact bounds, and entries that leave when their time is over.
//!
//! A store of few entries has one shard; a larger one has more, so that writers seldom meet. Each shard has its exact share of the bound, so
//! the store never holds more than it may.

mod counts;
mod entry;
mod index;
mod left;
mod shard;
mod slab;
#[cfg(all(test, not(loom)))]
mod tests;

pub(crate) use self::{
    counts::{Cause, Counts},
    entry::{Entry, Life, Standing},
    index::Tag,
    left::Left,
    shard::{Judge, Locked, New, Shard},
};

without_model! {
    mod sharded;
    mod sweep;

    pub(crate) use self::sharded::{Bounds, Holdings, Memory};
}

/// The part of a hash that tells entries of one shard apart.
#[inline(always)]
pub(crate) fn tag(hash: u64) -> Tag {
    hash as Tag
}
