//! Who leaves first: the contract between a store and an eviction policy.
//!
//! A policy orders *slots* (small integers the store hands out, reused after they were forgotten). It never sees a lock, a clock, a key or a
//! value: the store calls it while it holds the shard's lock, and a hit does not call it at all. A hit only writes the entry's *mark*, as
//! [`Touch`] says; the policy reads the marks when it has to choose. That is what keeps hits free of exclusive locks.

mod ghosts;
mod list;
mod tenure;

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
    /// Chooses the entry to leave and forgets it (its mark may still be read until then). `incoming` is the hash of the entry room is made for, if any.
    fn evict(&mut self, incoming: Option<u32>, marks: &dyn Marks) -> Option<Slot>;
    /// The shard may now hold `capacity` entries; the store evicts the surplus itself.
    fn resize(&mut self, capacity: usize);
    /// Forgets every entry.
    fn clear(&mut self);
}

pub fn tenure() -> Box<dyn Order> {
    Box::new(tenure::Tenure::default())
}
