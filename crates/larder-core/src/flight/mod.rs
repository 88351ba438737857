//! One computation per key at a time: who runs it, and who waits for it.
//!
//! Every computation is listed while it runs, under the lock of its key's shard, so that an invalidation of the key reaches it. A computation that
//! others may join gets a [`Flight`] when the first of them comes; without waiters a flight costs no allocation.

mod cycle;
mod wait;

use std::sync::Arc as StdArc;

use hashbrown::HashTable;

pub(crate) use self::wait::{Flight, Landing, Wait};
use crate::{
    context::{Dependency, Frame},
    scope::Sequence,
    sync::Arc,
};

/// The computations that run for the keys of one shard.
#[derive(Debug)]
pub(crate) struct Flights<K, V> {
    running: HashTable<Running<K, V>>,
}

/// One running computation.
#[derive(Debug)]
pub(crate) struct Running<K, V> {
    hash: u64,
    pub(crate) key: K,
    pub(crate) frame: Arc<Frame>,
    /// The newest invalidation when it started.
    pub(crate) snapshot: Sequence,
    /// Whether callers that come now may wait for it.
    joinable: bool,
    /// Whether its key was invalidated since it started.
    pub(crate) doomed: bool,
    /// Where its waiters stand.
    pub(crate) flight: Option<StdArc<Flight<V>>>,
}

/// What a finished computation hands to its waiters.
#[derive(Debug)]
pub(crate) struct Shared<V> {
    pub(crate) value: V,
    pub(crate) snapshot: Sequence,
    pub(crate) dependencies: Box<[Dependency]>,
    /// Whether the value was overtaken by an invalidation while it was computed.
    pub(crate) overtaken: bool,
}

impl<K, V> Flights<K, V> {
    pub(crate) fn new() -> Self {
        Self { running: HashTable::new() }
    }

    /// A computation of this key that a caller who starts now may wait for: one that knows of every invalidation up to `floor`.
    pub(crate) fn joinable(
        &mut self,
        hash: u64,
        floor: Sequence,
        is: impl Fn(&K) -> bool,
    ) -> Option<&mut Running<K, V>> {
        self.running
            .find_mut(hash, |one| one.hash == hash && one.joinable && one.snapshot >= floor && is(&one.key))
    }

    /// Lists a computation that starts.
    pub(crate) fn start(&mut self, hash: u64, key: K, frame: Arc<Frame>, snapshot: Sequence, joinable: bool) {
        let running = Running { hash, key, frame, snapshot, joinable, doomed: false, flight: None };
        self.running.insert_unique(hash, running, |one| one.hash);
    }

    /// Takes a computation off the list; `None` if somebody gave it up before.
    pub(crate) fn end(&mut self, hash: u64, frame: &Arc<Frame>) -> Option<Running<K, V>> {
        let found = self.running.find_entry(hash, |one| Arc::ptr_eq(&one.frame, frame)).ok()?;
        Some(found.remove().0)
    }

    /// What runs for this key is not to be stored, nor joined by callers to come.
    pub(crate) fn doom(&mut self, hash: u64, is: impl Fn(&K) -> bool) {
        for one in self.running.iter_mut() {
            if one.hash == hash && is(&one.key) {
                one.doomed = true;
                one.joinable = false;
            }
        }
    }

    /// How many computations run.
    pub(crate) fn len(&self) -> usize {
        self.running.len()
    }

    /// What every running computation knows of.
    pub(crate) fn oldest_snapshot(&self) -> Option<Sequence> {
        self.running.iter().map(|one| one.snapshot).min()
    }
}

impl<K, V> Running<K, V> {
    /// Where to wait for this computation.
    pub(crate) fn flight(&mut self) -> StdArc<Flight<V>> {
        self.flight.get_or_insert_with(|| StdArc::new(Flight::new(self.frame.clone()))).clone()
    }
}
