//! A value that was not computed by the function, on its way into the store.
//!
//! While the user's predicates look at it, it is listed like a computation that nobody may join: so that an invalidation of its key reaches it, whenever it comes.

use std::time::Duration;

use super::Function;
use crate::{
    call::Scopes,
    context::{Dependency, Id, Notes},
    event::EventKind,
    flight::{Flights, Running},
    outcome::Proof,
    reader,
    scope::{SEQUENCE, Sequence},
    stats::Count,
    store::memory::{Cause, Left, Locked, Shard, tag},
    sync::MutexGuard,
    thread,
};

/// What the shard's lock guards, and what was listed.
type Ended<'a, K, V> = (MutexGuard<'a, Locked<K, V, Flights<K, V>>>, Running<K, V>);

/// How a value is to be stored.
#[derive(Debug, Default)]
pub(crate) struct Inserting {
    pub(crate) scopes: Scopes,
    /// A lifetime of its own.
    pub(crate) ttl: Option<Duration>,
    /// Not in place of a valid one.
    pub(crate) only_if_absent: bool,
}

/// An insertion that is listed, until it is taken off the list or dropped.
#[derive(Debug)]
struct Insertion<'a, K: Send + Sync + 'static, V: Send + Sync + 'static> {
    shard: &'a Shard<K, V, Flights<K, V>>,
    hash: u64,
    id: Id,
    snapshot: Sequence,
    is_listed: bool,
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Function<K, V> {
    /// Stores a value that was not computed by the function. What runs for the key now will not replace it, and what was computed from another one, or from there being none, becomes invalid.
    /// Says whether it was this value's turn: `false` if there was one, and only a missing one was to be stored.
    pub(crate) fn insert<R: Proof<Value = V>>(&self, hash: u64, key: K, value: V, how: Inserting) -> bool {
        let scopes = how.scopes.of_cache(self.cache);
        let mut insertion = Insertion::begin(self, hash, key);
        let snapshot = insertion.snapshot;
        let mut notes = Notes { ttl: how.ttl, ..Notes::default() };
        notes.depend(scopes.into_iter().map(|scope| Dependency { scope, snapshot }));
        let keep = self.keep::<R>(&value, &notes);
        let mut left = Left::default();
        let mut stored = None;
        // Dropped after the lock, as what is not stored is the user's.
        let mut unused = None;
        let is_there;
        let is_overtaken = {
            let (mut locked, Running { key, doomed, .. }) = insertion.end();
            let is_overtaken =
                doomed || self.floor() > snapshot || notes.dependencies.iter().any(Dependency::is_broken);
            is_there = how.only_if_absent && self.has_valid(insertion.shard, hash, &key);
            if is_overtaken || is_there {
                unused = Some((key, value));
            } else {
                // Under the lock, and before the value is there: whoever finds none with the lock does so before this, and whoever finds the value knows of it.
                let snapshot = if self.invalidate_dependents(hash) { SEQUENCE.snapshot() } else { snapshot };
                let is_key = |owned: &K| (self.keys.eq)(owned, &key);
                locked.extra.doom(hash, is_key);
                let old = insertion.shard.find_locked(&locked, tag(hash), is_key);
                if let Some(keep) = keep {
                    let new = keep.entry(hash, snapshot, key, value);
                    stored = self.store(insertion.shard, &mut locked, new, 0, old, &mut left);
                } else {
                    // What is not to be kept replaces what was kept all the same.
                    if let Some(old) = old {
                        insertion.shard.remove(&mut locked, old, Cause::Removed);
                    }
                    unused = Some((key, value));
                }
            }
            is_overtaken && !is_there
        };
        drop(unused);
        if is_overtaken {
            self.note(Count::Rejected, EventKind::RejectedWrite);
        }
        drop(left);
        self.stored(stored);
        !is_there
    }

    /// Whether there is a valid value, for who holds the lock.
    fn has_valid(&self, shard: &Shard<K, V, Flights<K, V>>, hash: u64, key: &K) -> bool {
        let pin = reader::current().pin(shard.place());
        let found = shard.find(&pin, tag(hash), |owned| (self.keys.eq)(owned, key));
        found.is_some_and(|(entry, life)| self.is_valid(shard, entry, life))
    }
}

impl<'a, K: Send + Sync + 'static, V: Send + Sync + 'static> Insertion<'a, K, V> {
    fn begin(function: &'a Function<K, V>, hash: u64, key: K) -> Self {
        let id = thread::next_id();
        let (_, shard, mut locked) = function.memory.lock(hash);
        let snapshot = SEQUENCE.snapshot();
        locked.extra.start(hash, key, id, None, snapshot, false);
        Self { shard, hash, id, snapshot, is_listed: true }
    }

    /// Takes it off the list, and says what happened to it there.
    fn end(&mut self) -> Ended<'a, K, V> {
        let mut locked = self.shard.lock();
        let running = locked.extra.end(self.hash, self.id).expect("an insertion ends once");
        self.is_listed = false;
        (locked, running)
    }
}

/// It was not kept, or a predicate panicked.
impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Drop for Insertion<'_, K, V> {
    fn drop(&mut self) {
        if self.is_listed {
            let (locked, running) = self.end();
            // The key is dropped when the lock is free.
            drop(locked);
            drop(running);
        }
    }
}
