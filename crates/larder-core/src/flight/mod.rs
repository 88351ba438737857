//! One computation per key at a time: who runs it, and who waits for it.
//!
//! Every computation is listed while it runs, under the lock of its key's shard, so that an invalidation of the key reaches it. A computation that
//! others may join gets a [`Flight`] when the first of them comes; without waiters a flight costs no allocation.

mod cycle;
mod pulse;
mod wait;

use std::sync::Arc as StdArc;

use hashbrown::HashTable;

pub(crate) use self::{
    pulse::{Pulse, Watch},
    wait::{Flight, Landing, Wait},
};
use crate::{
    context::{Dependency, Id, Records},
    scope::Sequence,
    sync::Arc,
};

/// The computations that run for the keys of one shard.
#[derive(Debug)]
pub(crate) struct Flights<K, V> {
    /// One of them, mostly the only one: then the table is not looked at.
    one: Option<Running<K, V>>,
    others: HashTable<Running<K, V>>,
}

/// One running computation.
#[derive(Debug)]
pub(crate) struct Running<K, V> {
    hash: u64,
    pub(crate) key: K,
    pub(crate) id: Id,
    /// The newest invalidation when it started.
    pub(crate) snapshot: Sequence,
    /// Whether callers that come now may wait for it.
    joinable: bool,
    /// Whether its value is not to be stored: its key was invalidated since it started, or it was given up.
    pub(crate) doomed: bool,
    /// Whether its task is alive; a thread always is.
    pulse: Option<Arc<Pulse>>,
    /// Where its waiters stand.
    pub(crate) flight: Option<StdArc<Flight<V>>>,
}

/// What a finished computation hands to its waiters.
#[derive(Debug)]
pub(crate) struct Shared<V> {
    pub(crate) value: V,
    pub(crate) snapshot: Sequence,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) records: Vec<Arc<Records>>,
    /// If the value was overtaken by an invalidation while it was computed: who began after this snapshot may have begun after that invalidation.
    pub(crate) overtaken: Option<Sequence>,
}

impl<K, V> Flights<K, V> {
    pub(crate) fn new() -> Self {
        Self { one: None, others: HashTable::new() }
    }

    /// A computation of this key that a caller who starts now may wait for: one that knows of every invalidation up to `floor`.
    pub(crate) fn joinable(
        &mut self,
        hash: u64,
        floor: Sequence,
        is: impl Fn(&K) -> bool,
    ) -> Option<&mut Running<K, V>> {
        let fits =
            |one: &Running<K, V>| one.hash == hash && one.joinable && one.snapshot >= floor && is(&one.key);
        match &mut self.one {
            Some(one) if fits(one) => Some(one),
            _ => self.others.find_mut(hash, fits),
        }
    }

    /// Lists a computation that starts.
    #[inline]
    pub(crate) fn start(
        &mut self,
        hash: u64,
        key: K,
        id: Id,
        pulse: Option<Arc<Pulse>>,
        snapshot: Sequence,
        joinable: bool,
    ) {
        let running = Running { hash, key, id, snapshot, joinable, doomed: false, pulse, flight: None };
        if self.one.is_none() {
            self.one = Some(running);
        } else {
            self.others.insert_unique(hash, running, |one| one.hash);
        }
    }

    /// Takes a computation off the list.
    #[inline]
    pub(crate) fn end(&mut self, hash: u64, id: Id) -> Option<Running<K, V>> {
        if self.one.as_ref().is_some_and(|one| one.id == id) {
            return self.one.take();
        }
        let found = self.others.find_entry(hash, |one| one.id == id).ok()?;
        Some(found.remove().0)
    }

    /// What runs for this key is not to be stored, nor joined by callers to come.
    pub(crate) fn doom(&mut self, hash: u64, is: impl Fn(&K) -> bool) {
        self.one
            .iter_mut()
            .chain(self.others.iter_hash_mut(hash))
            .filter(|one| one.hash == hash && is(&one.key))
            .for_each(Running::doom);
    }

    /// The same for everything that runs.
    pub(crate) fn doom_all(&mut self) {
        self.one.iter_mut().chain(&mut self.others).for_each(Running::doom);
    }

    /// The same for one computation. Says whether it runs here.
    pub(crate) fn give_up(&mut self, hash: u64, id: Id) -> bool {
        let found = match &mut self.one {
            Some(one) if one.id == id => Some(one),
            _ => self.others.find_mut(hash, |one| one.id == id),
        };
        found.map(Running::doom).is_some()
    }

    /// The key of a computation that runs.
    pub(crate) fn key(&self, hash: u64, id: Id) -> Option<&K> {
        self.running(hash, id).map(|one| &one.key)
    }

    /// Whether the value of a computation is not to be stored.
    pub(crate) fn is_doomed(&self, hash: u64, id: Id) -> bool {
        self.running(hash, id).is_some_and(|one| one.doomed)
    }

    fn running(&self, hash: u64, id: Id) -> Option<&Running<K, V>> {
        match &self.one {
            Some(one) if one.id == id => Some(one),
            _ => self.others.find(hash, |one| one.id == id),
        }
    }

    /// How many callers wait.
    pub(crate) fn waiting(&self) -> usize {
        let running = self.one.iter().chain(&self.others);
        running.filter_map(|one| one.flight.as_ref()).map(|flight| flight.waiting()).sum()
    }

    /// How many computations run.
    pub(crate) fn len(&self) -> usize {
        usize::from(self.one.is_some()) + self.others.len()
    }
}

impl<K, V> Running<K, V> {
    fn doom(&mut self) {
        self.doomed = true;
        self.joinable = false;
    }

    /// Where to wait for this computation.
    pub(crate) fn flight(&mut self) -> StdArc<Flight<V>> {
        self.flight.get_or_insert_with(|| StdArc::new(Flight::new(self.id, self.pulse.clone()))).clone()
    }
}
