//! The whole store: shards, each with its exact share of the bounds.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;

use super::{Cause, Counts, Left, Locked, Shard};
use crate::{
    clock::Nanos,
    policy::Policy,
    reader::READERS,
    sync::{AtomicU64, AtomicUsize, MutexGuard, Ordering, OwnLine, plain},
};

/// The store of one function or cache. `X` is what the owner keeps under each shard's lock.
#[derive(Debug)]
pub(crate) struct Memory<K, V, X> {
    shards: Box<[OwnLine<Shard<K, V, X>>]>,
    /// How many shards are in use, less one; a power of two less one.
    mask: AtomicUsize,
    hasher: RandomState,
    bounds: plain::Mutex<Bounds>,
    /// When the next sweep is due.
    pub(super) sweep_at: AtomicU64,
}

/// The number of a shard, the shard, and what its lock guards.
type Held<'a, K, V, X> = (usize, &'a Shard<K, V, X>, MutexGuard<'a, Locked<K, V, X>>);

/// How much a store may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) max_entries: Option<usize>,
    pub(crate) max_bytes: Option<u64>,
}

/// What a store holds, and what happened to it so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Holdings {
    pub(crate) entries: usize,
    pub(crate) weight: u64,
    pub(crate) counts: Counts,
}

impl<K, V, X> Memory<K, V, X> {
    pub(crate) fn new(bounds: Bounds, policy: Policy, ttl: Nanos, mut extra: impl FnMut() -> X) -> Self {
        let count = bounds.shards();
        let shards = (0..count)
            .map(|number| {
                let (capacity, weight) = bounds.share(number, count);
                OwnLine(Shard::new(policy.build(), capacity, weight, ttl, extra()))
            })
            .collect();
        Self {
            shards,
            mask: AtomicUsize::new(count - 1),
            hasher: RandomState::default(),
            bounds: plain::Mutex::new(bounds),
            sweep_at: AtomicU64::new(crate::clock::NEVER),
        }
    }

    /// The hash of what `feed` writes: unforeseeable from outside the process.
    #[inline(always)]
    pub(crate) fn hash(&self, feed: impl FnOnce(&mut <RandomState as BuildHasher>::Hasher)) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        feed(&mut hasher);
        hasher.finish()
    }

    /// The shard of a key and its number, for a read without a lock.
    #[inline(always)]
    pub(crate) fn shard(&self, hash: u64) -> (usize, &Shard<K, V, X>) {
        let number = place(hash, self.mask.load(Ordering::Relaxed));
        (number, self.shard_at(number))
    }

    /// The shard of a key, locked, and its number.
    #[inline]
    pub(crate) fn lock(&self, hash: u64) -> Held<'_, K, V, X> {
        loop {
            let mask = self.mask.load(Ordering::Acquire);
            let number = place(hash, mask);
            let shard = self.shard_at(number);
            let locked = shard.lock();
            // A change of the bounds moves keys to other shards; it clears each under its lock, after saying so.
            if self.mask.load(Ordering::Acquire) == mask {
                return (number, shard, locked);
            }
        }
    }

    /// The shard that `lock` numbered.
    #[inline(always)]
    pub(crate) fn shard_at(&self, number: usize) -> &Shard<K, V, X> {
        &self.shards[number]
    }

    /// Every shard, also those not in use now.
    pub(crate) fn shards(&self) -> impl Iterator<Item = &Shard<K, V, X>> {
        self.shards.iter().map(|shard| &**shard)
    }

    /// How long entries without a life of their own live.
    pub(crate) fn ttl(&self) -> Nanos {
        self.shards[0].ttl()
    }

    /// Changes how long entries without a life of their own live, those that are there included.
    pub(crate) fn set_ttl(&self, ttl: Nanos) {
        self.shards().for_each(|shard| shard.set_ttl(ttl));
    }

    pub(crate) fn bounds(&self) -> Bounds {
        *plain::lock(&self.bounds)
    }

    /// Changes the bounds; what is over them leaves at once. `forget` is told of what a shard keeps for its owner, under the shard's lock, when keys
    /// move to other shards; then all entries leave.
    pub(crate) fn set_bounds(&self, bounds: Bounds, mut forget: impl FnMut(&mut X)) {
        let mut left = Vec::new();
        {
            let mut current = plain::lock(&self.bounds);
            *current = bounds;
            let count = bounds.shards().min(self.shards.len());
            let moved = self.mask.swap(count - 1, Ordering::AcqRel) != count - 1;
            for (number, shard) in self.shards().enumerate() {
                let (capacity, weight) = if number < count { bounds.share(number, count) } else { (0, 0) };
                let mut leaving = Left::default();
                let mut locked = shard.lock();
                if moved {
                    forget(&mut locked.extra);
                    shard.clear(&mut locked, Cause::Count);
                }
                shard.resize(&mut locked, capacity, weight);
                shard.reclaim(&mut locked, &READERS, &mut leaving);
                left.push(leaving);
            }
        }
        // What leaves is dropped when no lock is held.
        drop(left);
    }

    /// Takes every entry out, and drops what no reader looks at any more.
    pub(crate) fn clear(&self) {
        for shard in self.shards() {
            let mut left = Left::default();
            {
                let mut locked = shard.lock();
                shard.clear(&mut locked, Cause::Removed);
                shard.reclaim(&mut locked, &READERS, &mut left);
            }
            drop(left);
        }
    }

    /// What it holds now. Cost: each shard's lock once.
    pub(crate) fn holdings(&self) -> Holdings {
        let mut holdings = Holdings::default();
        for shard in self.shards() {
            let locked = shard.lock();
            holdings.entries += locked.len();
            holdings.weight += locked.weight();
            holdings.counts.add(&locked.counts);
        }
        holdings
    }
}

impl Bounds {
    /// As many shards as leave each some thousand entries. By weight there is one, since a share of a weight could not hold what the whole can.
    fn shards(self) -> usize {
        match (self.max_entries, self.max_bytes) {
            (_, Some(_)) => 1,
            (None, None) => UNBOUNDED_SHARDS,
            (Some(entries), None) => {
                let wanted = (entries / ENTRIES_PER_SHARD).max(1);
                (1 << wanted.ilog2()).min(MOST_SHARDS)
            }
        }
    }

    /// The part of the bounds for one of `count` shards; together they are the whole.
    fn share(self, number: usize, count: usize) -> (usize, u64) {
        let entries = self
            .max_entries
            .map_or(usize::MAX, |entries| entries / count + usize::from(number < entries % count));
        (entries, self.max_bytes.unwrap_or(u64::MAX))
    }
}

/// The shard of a hash; the index inside the shard uses the other half.
#[inline(always)]
fn place(hash: u64, mask: usize) -> usize {
    (hash >> 32) as usize & mask
}

const ENTRIES_PER_SHARD: usize = 2048;
const MOST_SHARDS: usize = 64;
const UNBOUNDED_SHARDS: usize = 8;
