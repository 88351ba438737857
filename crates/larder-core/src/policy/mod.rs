//! Who leaves first: the contract between a store and an eviction policy.
//!
//! A policy orders *slots* (small integers the store hands out, reused after they were forgotten). It never sees a lock, a clock, a key or a
//! value: the store calls it while it holds the shard's lock, and a hit does not call it at all. A hit only writes the entry's *mark*, as
//! [`Touch`] says; the policy reads the marks when it has to choose. That is what keeps hits free of exclusive locks.

mod fifo;
mod ghosts;
mod kind;
mod lfu;
mod lifo;
mod list;
mod lru;
mod members;
#[cfg(test)]
mod model;
mod mru;
mod random;
mod s3fifo;
mod sieve;
mod sketch;
mod tenure;
mod tinylfu;
mod turns;

pub use self::kind::{Policy, UnknownPolicy};

/// A place in the store's slab.
pub(crate) type Slot = u32;

/// What a hit writes into the mark of the entry it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Nothing: the order does not depend on hits (fifo, lifo, random).
    Nothing,
    /// One more than it was, up to `max`.
    Count { max: u32 },
    /// The shard's tick, which every hit and insertion advances by one (exact in sequential use; concurrent hits may share a tick). It wraps
    /// after 2^32 hits, so compare with wrapping differences.
    Stamp,
}

/// The marks of the live entries of one shard.
pub(crate) trait Marks {
    /// The mark of a live slot. A new entry starts with 0, or with the current tick under [`Touch::Stamp`].
    fn get(&self, slot: Slot) -> u32;
    /// The 32 bits of the key's hash that `insert` was given with a live slot.
    fn hash(&self, slot: Slot) -> u32;
    /// Says that a slot will be asked about soon, so that nobody has to wait for it then.
    fn prefetch(&self, _slot: Slot) {}
    /// Overwrites the mark of a live slot.
    fn set(&self, slot: Slot, mark: u32);
}

/// The order in which the entries of one shard leave.
///
/// The store promises: every slot is inserted once, and afterwards either replaced, removed or evicted once; `evict` is called before the
/// insertion it makes room for, so that the bound is never exceeded.
pub(crate) trait Order: Send + Sync + std::fmt::Debug {
    /// What a hit writes; constant for the life of the policy.
    fn touch(&self) -> Touch;
    /// A new entry; `hash` are 32 bits of its key's hash, for memories of keys that left.
    fn insert(&mut self, slot: Slot, hash: u32, marks: &dyn Marks);
    /// The value of `old` was replaced and now lives in `new`; counts as one use.
    fn replace(&mut self, old: Slot, new: Slot, marks: &dyn Marks);
    /// The entry left for another reason than eviction (expired, invalidated, removed).
    fn remove(&mut self, slot: Slot);
    /// Chooses the entry to leave and forgets it (its mark may still be read until then); nobody, if there is none. The store is full when it
    /// asks, by number or by weight: how many entries there are then is all a policy knows of the capacity.
    fn evict(&mut self, marks: &dyn Marks) -> Option<Slot>;
    /// Forgets every entry.
    fn clear(&mut self);
}
