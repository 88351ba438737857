//! A part of the store: an index and a slab that are read without a lock, and what one lock guards behind them.
//!
//! Writers hold the shard's lock. Readers pin themselves ([`crate::epoch`]), find a slot in the index and look at its entry. What a writer unlinks
//! goes to the limbo first, and is taken apart when no reader can see it. No value, key or callback of the user's is dropped, cloned or called
//! under the lock; the one exception is `Eq` of keys with equal hashes.
#![allow(
    unsafe_code,
    reason = "follows slots to entries without a lock; see `slab` and `epoch` for why that holds"
)]

mod room;

use std::collections::VecDeque;

use self::room::SPARE;
use super::{Cause, Counts, Left};
use crate::{
    clock::Nanos,
    context::Dependency,
    epoch::{Domain, Epoch, Pin, Place},
    policy::{Marks, Order, Slot, Touch},
    scope::{Scope, Sequence},
    store::memory::{
        entry::{Entry, Life, Standing},
        index::{Chained, Index, Tag},
        slab::Slab,
    },
    sync::{AtomicPtr, AtomicU32, AtomicU64, Mutex, MutexGuard, Ordering, lock},
};

/// One shard. `X` is what the owner keeps under the same lock (the flights).
#[derive(Debug)]
pub(crate) struct Shard<K, V, X> {
    index: AtomicPtr<Index>,
    /// Changes with everything that may have a reader miss an entry: what is not there at one version is not there as long as it stands.
    version: AtomicU32,
    entries: Slab<Entry<K, V>>,
    lives: Slab<Life>,
    /// Advanced by hits and insertions, for policies that order by it.
    tick: AtomicU32,
    touch: Touch,
    /// How long entries without a life of their own live.
    ttl: AtomicU64,
    locked: Mutex<Locked<K, V, X>>,
}

/// What the lock guards.
#[derive(Debug)]
pub(crate) struct Locked<K, V, X> {
    pub(crate) extra: X,
    pub(crate) counts: Counts,
    order: Box<dyn Order>,
    len: usize,
    weight: u64,
    capacity: usize,
    max_weight: u64,
    /// The next slot that was never used.
    high: Slot,
    /// Slots that were ever used.
    made: usize,
    free: Vec<Slot>,
    limbo: VecDeque<(Epoch, Slot)>,
    old_indexes: Vec<(Epoch, OldIndex)>,
    /// Where the next insertion looks for expired entries.
    cursor: usize,
    kept: std::marker::PhantomData<(K, V)>,
}

/// An index that was replaced. Not a box, which would claim to be the only way to it while readers still look.
#[derive(Debug)]
struct OldIndex(*mut Index);

/// A new entry before it is stored.
#[derive(Debug)]
pub(crate) struct New<K, V> {
    pub(crate) tag: Tag,
    pub(crate) snapshot: Sequence,
    pub(crate) made: Nanos,
    pub(crate) life: Option<Box<Life>>,
    pub(crate) key: K,
    pub(crate) value: V,
}

impl<K, V> New<K, V> {
    /// When it will expire in a store with this lifetime.
    pub(crate) fn deadline(&self, ttl: Nanos) -> Nanos {
        let plain = self.made.saturating_add(ttl);
        self.life.as_ref().map_or(plain, |life| life.deadline(plain))
    }
}

/// The rule by which entries are judged: the scope of the whole store, and the time (if anything here expires).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) now: Nanos,
}

impl<K, V, X> Shard<K, V, X> {
    pub(crate) fn new(order: Box<dyn Order>, capacity: usize, max_weight: u64, ttl: Nanos, extra: X) -> Self {
        Self {
            index: AtomicPtr::new(Box::into_raw(Box::new(Index::with_room_for(capacity.min(FIRST_ROOM))))),
            version: AtomicU32::new(0),
            entries: Slab::new(),
            lives: Slab::new(),
            tick: AtomicU32::new(0),
            touch: order.touch(),
            ttl: AtomicU64::new(ttl),
            locked: Mutex::new(Locked {
                extra,
                counts: Counts::default(),
                order,
                len: 0,
                weight: 0,
                capacity,
                max_weight,
                high: 0,
                free: Vec::new(),
                limbo: VecDeque::new(),
                old_indexes: Vec::new(),
                cursor: 0,
                made: 0,
                kept: std::marker::PhantomData,
            }),
        }
    }

    /// What a reader of this shard pins itself to.
    #[inline(always)]
    pub(crate) fn place(&self) -> Place {
        std::ptr::from_ref(self).addr()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Locked<K, V, X>> {
        lock(&self.locked)
    }

    /// The version; read before a search, it tells afterwards whether what was not found may have come.
    #[inline(always)]
    pub(crate) fn version(&self) -> u32 {
        self.version.load(Ordering::Acquire)
    }

    /// Finds the entry of a key without a lock. The entry may have left by the time it is looked at; it is whole all the same. The pin is one to this shard's
    /// place.
    #[inline(always)]
    pub(crate) fn find<'a>(
        &'a self,
        _pin: &'a Pin<'_>,
        tag: Tag,
        mut is: impl FnMut(&K) -> bool,
    ) -> Option<(&'a Entry<K, V>, Option<&'a Life>)> {
        // SAFETY: an index is freed only when no reader is pinned that could have loaded it, and the caller is pinned.
        let index = unsafe { &*self.index.load(Ordering::Acquire) };
        let (slot, entry) = index.find(tag, &self.entries, |entry| is(&entry.key))?;
        // SAFETY: as above; an entry that says so has a life under the same slot, written before the entry was linked.
        let life = entry.has_life().then(|| unsafe { self.lives.get(slot) });
        Some((entry, life))
    }

    /// Whether an entry may be served.
    #[inline(always)]
    pub(crate) fn judge(&self, entry: &Entry<K, V>, life: Option<&Life>, judge: &Judge<'_>) -> Standing {
        let is_overtaken = judge.scope.newest() > entry.snapshot;
        match life {
            None if is_overtaken => self.judge_invalidated(entry, None, judge),
            None if judge.now >= self.plain_deadline(entry) => Standing::Expired,
            None => Standing::Valid,
            Some(life) => {
                if is_overtaken || life.dependencies.iter().any(Dependency::is_broken) {
                    return self.judge_invalidated(entry, Some(life), judge);
                }
                life.standing(self.plain_deadline(entry), judge.now)
            }
        }
    }

    /// The standing of an entry that an invalidation has reached.
    #[cold]
    fn judge_invalidated(&self, entry: &Entry<K, V>, life: Option<&Life>, judge: &Judge<'_>) -> Standing {
        let own = (judge.scope.newest() > entry.snapshot).then_some((judge.scope, entry.snapshot));
        let dependencies = life.into_iter().flat_map(|life| &life.dependencies);
        let broken = dependencies.filter(|one| one.is_broken()).map(|one| (&*one.scope, one.snapshot));
        let mut since = life.map_or(0, |life| life.fresh_until(self.plain_deadline(entry)));
        for (scope, snapshot) in own.into_iter().chain(broken) {
            if scope.hard() > snapshot {
                return Standing::Invalidated;
            }
            // Neither hard nor soft: a scope whose past was forgotten.
            let Some(softened) = scope.softened(snapshot) else { return Standing::Invalidated };
            since = since.min(softened);
        }
        life.map_or(Standing::Expired, |life| life.stale_since(since, judge.now))
    }

    /// What a hit leaves behind: the policy's mark, and the time where idle entries are dropped.
    #[inline(always)]
    pub(crate) fn touch(&self, entry: &Entry<K, V>, life: Option<&Life>, now: Nanos) {
        match self.touch {
            Touch::Nothing => {}
            Touch::Count { max } => {
                let mark = entry.mark.load(Ordering::Relaxed);
                if mark < max {
                    entry.mark.store(mark + 1, Ordering::Relaxed);
                }
            }
            Touch::Stamp => entry.mark.store(self.next_tick(), Ordering::Relaxed),
        }
        if let Some(life) = life {
            life.touch(now);
        }
    }

    /// Whether entries without a life of their own expire.
    #[inline(always)]
    pub(crate) fn ttl(&self) -> Nanos {
        self.ttl.load(Ordering::Relaxed)
    }

    /// Changes how long entries without a life of their own live, those that are there included.
    pub(crate) fn set_ttl(&self, ttl: Nanos) {
        self.ttl.store(ttl, Ordering::Relaxed);
    }

    /// When an entry without a life of its own expires.
    #[inline(always)]
    pub(crate) fn plain_deadline(&self, entry: &Entry<K, V>) -> Nanos {
        entry.made().saturating_add(self.ttl())
    }

    /// Not a read-modify-write: ticks lost between concurrent hits only mean that these count as simultaneous.
    fn next_tick(&self) -> u32 {
        let tick = self.tick.load(Ordering::Relaxed).wrapping_add(1);
        self.tick.store(tick, Ordering::Relaxed);
        tick
    }

    /// Stores an entry, in place of the one with the same key if there is one, and makes room first. Says whether it was kept.
    pub(crate) fn insert(
        &self,
        locked: &mut Locked<K, V, X>,
        new: New<K, V>,
        old: Option<Slot>,
        judge: &Judge<'_>,
        domain: &Domain,
        left: &mut Left<K, V>,
    ) -> bool {
        let weight = new.life.as_ref().map_or(0, |life| life.weight);
        let mut old = old;
        let had_old = old.is_some();
        let Some(slot) = self.make_room(locked, weight, &mut old, judge, domain, left) else {
            let refused = Entry::new(new.tag, new.snapshot, new.made, false, new.key, new.value);
            left.push(refused, new.life.map(|life| *life));
            // The old value is not the key's value any more.
            if let Some(old) = old {
                self.remove(locked, old, Cause::Removed);
            }
            locked.counts.refused += 1;
            self.reclaim(locked, domain, left);
            return false;
        };
        let has_replaced = had_old && old.is_none();
        let entry = Entry::new(new.tag, new.snapshot, new.made, new.life.is_some(), new.key, new.value);
        if self.touch == Touch::Stamp {
            entry.mark.store(self.next_tick(), Ordering::Relaxed);
        } else if let Some(old) = old {
            entry.mark.store(self.entry(locked, old).mark.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        if let Some(life) = new.life {
            self.lives.reserve_like(&self.entries, slot);
            // SAFETY: the lock is held, the place is reserved, and the slot is free.
            unsafe { self.lives.write(slot, *life) };
        }
        // SAFETY: as above.
        unsafe { self.entries.write(slot, entry) };
        locked.weight += weight;
        let marks = MarksOf(&self.entries);
        if let Some(old) = old {
            locked.weight -= self.life(locked, old).map_or(0, |life| life.weight);
            self.index(locked).replace(old, slot, &self.entries);
            locked.order.replace(old, slot, &marks);
            locked.limbo.push_back((UNLINKED, old));
            locked.counts.replaced += 1;
        } else {
            self.grow_index(locked);
            self.index(locked).insert(slot, &self.entries);
            self.version.store(self.version.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
            locked.order.insert(slot, new.tag, &marks);
            locked.len += 1;
            locked.counts.inserted += u64::from(!has_replaced);
        }
        if locked.limbo.len() > locked.patience() {
            self.reclaim(locked, domain, left);
        }
        true
    }

    /// The slot of a key, under the lock.
    pub(crate) fn find_locked(
        &self,
        locked: &Locked<K, V, X>,
        tag: Tag,
        mut is: impl FnMut(&K) -> bool,
    ) -> Option<Slot> {
        let found = self.index(locked).find(tag, &self.entries, |entry| is(&entry.key));
        found.map(|(slot, _)| slot)
    }

    /// Every entry; they stay whole until the pin ends, also after the lock is free.
    pub(crate) fn entries<'a>(
        &'a self,
        locked: &Locked<K, V, X>,
        _pin: &'a Pin<'_>,
    ) -> Vec<(&'a Entry<K, V>, Option<&'a Life>)> {
        let index = self.index(locked);
        let slots = index.slots_in(0..index.len(), &self.entries);
        slots
            .map(|slot| {
                // SAFETY: the slot is linked, so that it cannot have been taken, and will not be before the pin ends.
                let entry = unsafe { self.entries.get(slot) };
                // SAFETY: as above; an entry that says so has a life under its slot.
                (entry, entry.has_life().then(|| unsafe { self.lives.get(slot) }))
            })
            .collect()
    }

    /// The entry of a slot that is linked, under the lock.
    pub(crate) fn entry<'a>(&'a self, _locked: &'a Locked<K, V, X>, slot: Slot) -> &'a Entry<K, V> {
        // SAFETY: the slot is linked and the lock is held, so it cannot be taken.
        unsafe { self.entries.get(slot) }
    }

    /// The life beside the entry of a slot that is linked, under the lock.
    pub(crate) fn life<'a>(&'a self, locked: &'a Locked<K, V, X>, slot: Slot) -> Option<&'a Life> {
        // SAFETY: as in `entry`; an entry that says so has a life under its slot.
        self.entry(locked, slot).has_life().then(|| unsafe { self.lives.get(slot) })
    }

    /// Takes an entry out of the policy and the index; it is dropped when no reader sees it.
    pub(crate) fn remove(&self, locked: &mut Locked<K, V, X>, slot: Slot, cause: Cause) {
        locked.order.remove(slot);
        self.unlink(locked, slot, cause);
    }

    /// Removes the entries in some chains of the index for which `judge` gives a cause. Says whether there are chains behind these.
    pub(crate) fn sweep(
        &self,
        locked: &mut Locked<K, V, X>,
        chains: std::ops::Range<usize>,
        mut judge: impl FnMut(&Entry<K, V>, Option<&Life>) -> Option<Cause>,
    ) -> bool {
        let mut doomed = Vec::new();
        let index = self.index(locked);
        let more = chains.end < index.len();
        for slot in index.slots_in(chains, &self.entries) {
            if let Some(cause) = judge(self.entry(locked, slot), self.life(locked, slot)) {
                doomed.push((slot, cause));
            }
        }
        for (slot, cause) in doomed {
            self.remove(locked, slot, cause);
        }
        more
    }

    /// Takes every entry out.
    pub(crate) fn clear(&self, locked: &mut Locked<K, V, X>, cause: Cause) {
        locked.order.clear();
        let index = self.index(locked);
        let slots: Vec<_> = index.slots_in(0..index.len(), &self.entries).collect();
        for slot in slots {
            self.unlink(locked, slot, cause);
        }
    }

    /// Gives memory back when nothing is left in it.
    pub(crate) fn shrink(&self) {
        let locked = &mut *self.lock();
        if locked.len > 0 || locked.made <= SPARE || !locked.limbo.is_empty() {
            return;
        }
        let small = Box::into_raw(Box::new(Index::with_room_for(locked.capacity.min(FIRST_ROOM))));
        let old = self.index.swap(small, Ordering::AcqRel);
        locked.old_indexes.push((UNLINKED, OldIndex(old)));
        // SAFETY: the lock is held, every entry was taken, and what was taken no reader could see any more.
        unsafe { self.entries.release() };
        // SAFETY: as above: a life leaves with its entry.
        unsafe { self.lives.release() };
        locked.free = Vec::new();
        locked.limbo = VecDeque::new();
        locked.high = 0;
        locked.made = 0;
        locked.cursor = 0;
    }

    /// When an entry leaves, as far as known now.
    pub(crate) fn deadline(&self, entry: &Entry<K, V>, life: Option<&Life>) -> Nanos {
        let plain = self.plain_deadline(entry);
        life.map_or(plain, |life| life.deadline(plain))
    }

    /// Whether there are places for entries.
    #[cfg(test)]
    pub(crate) fn holds_memory(&self) -> bool {
        self.lock().made > 0
    }

    /// Takes apart what no reader sees any more; the caller drops it after unlocking.
    pub(crate) fn reclaim(&self, locked: &mut Locked<K, V, X>, domain: &Domain, left: &mut Left<K, V>) {
        if locked.limbo.is_empty() && locked.old_indexes.is_empty() {
            return;
        }
        let horizon = domain.collect(self.place());
        for (epoch, _) in locked.limbo.iter_mut().rev().take_while(|(epoch, _)| *epoch == UNLINKED) {
            *epoch = horizon.ended;
        }
        for (epoch, _) in locked.old_indexes.iter_mut().filter(|(epoch, _)| *epoch == UNLINKED) {
            *epoch = horizon.ended;
        }
        while let Some(&(epoch, slot)) = locked.limbo.front() {
            if epoch >= horizon.safe_before {
                break;
            }
            locked.limbo.pop_front();
            // SAFETY: the lock is held, the slot holds an unlinked entry, and no reader is left from before it was unlinked.
            let has_life = unsafe { self.entries.get(slot) }.has_life();
            // What need not be dropped need not be taken out.
            if has_life || std::mem::needs_drop::<Entry<K, V>>() {
                // SAFETY: as above.
                let entry = unsafe { self.entries.take(slot) };
                // SAFETY: as above.
                let life = has_life.then(|| unsafe { self.lives.take(slot) });
                left.push(entry, life);
            }
            locked.free.push(slot);
        }
        locked.old_indexes.retain(|(epoch, _)| *epoch >= horizon.safe_before);
    }

    /// Takes an entry out of the index, the policy having forgotten it.
    fn unlink(&self, locked: &mut Locked<K, V, X>, slot: Slot, cause: Cause) {
        if let Some(life) = self.life(locked, slot) {
            let weight = life.weight;
            if let Some(renewal) = &life.renewal {
                renewal.set_left(true);
            }
            locked.weight -= weight;
        }
        self.index(locked).remove(slot, &self.entries);
        locked.len -= 1;
        locked.limbo.push_back((UNLINKED, slot));
        match cause {
            Cause::Count => locked.counts.evicted_by_count += 1,
            Cause::Weight => locked.counts.evicted_by_weight += 1,
            Cause::Expired => locked.counts.expired += 1,
            Cause::Removed => locked.counts.removed += 1,
            Cause::Replaced => locked.counts.replaced += 1,
        }
    }

    #[inline]
    fn grow_index(&self, locked: &mut Locked<K, V, X>) {
        let room = self.index(locked).room();
        if locked.len >= room {
            self.grow_index_to(locked, (room * 2).min(locked.capacity.max(locked.len + 1)));
        }
    }

    #[cold]
    fn grow_index_to(&self, locked: &mut Locked<K, V, X>, room: usize) {
        let larger = self.index(locked).grown(room, &self.entries);
        let old = self.index.swap(Box::into_raw(Box::new(larger)), Ordering::AcqRel);
        locked.old_indexes.push((UNLINKED, OldIndex(old)));
    }

    fn index<'a>(&'a self, _locked: &Locked<K, V, X>) -> &'a Index {
        // SAFETY: only the holder of the lock replaces the index, and frees old ones later.
        unsafe { &*self.index.load(Ordering::Acquire) }
    }
}

impl<K, V, X> Locked<K, V, X> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn weight(&self) -> u64 {
        self.weight
    }

    /// Whether entries that left are still kept because somebody may read them.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.limbo.is_empty()
    }

    /// How many entries may wait in limbo before they are looked after: few enough not to matter beside the entries themselves.
    fn patience(&self) -> usize {
        (self.capacity / 64).min(16)
    }
}

impl<K, V, X> Drop for Shard<K, V, X> {
    fn drop(&mut self) {
        // Nobody reads any more: the shard is borrowed exclusively.
        let index = self.index.load(Ordering::Acquire);
        // SAFETY: made by `Box::into_raw` and replaced never again.
        let index = unsafe { Box::from_raw(index) };
        let limbo = std::mem::take(&mut lock(&self.locked).limbo);
        let linked: Vec<_> = index.slots_in(0..index.len(), &self.entries).collect();
        for slot in linked.into_iter().chain(limbo.into_iter().map(|(_, slot)| slot)) {
            // SAFETY: linked slots and those in limbo hold an entry each, and nobody reads.
            let entry = unsafe { self.entries.take(slot) };
            if entry.has_life() {
                // SAFETY: as above.
                drop(unsafe { self.lives.take(slot) });
            }
        }
    }
}

impl Drop for OldIndex {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw`, replaced since, and no reader is left from before: the shard drops it only then.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

// SAFETY: it is the owner of an index, which may go to any thread.
unsafe impl Send for OldIndex {}

impl<K, V> Chained for Slab<Entry<K, V>> {
    type Entry = Entry<K, V>;

    #[inline(always)]
    fn entry(&self, slot: Slot) -> &Entry<K, V> {
        // SAFETY: the index asks only for slots that are linked, or were when the caller was pinned already: none is taken apart before that ends.
        unsafe { self.get(slot) }
    }
}

/// The marks of a shard's entries, for its policy.
struct MarksOf<'a, K, V>(&'a Slab<Entry<K, V>>);

impl<K, V> Marks for MarksOf<'_, K, V> {
    fn get(&self, slot: Slot) -> u32 {
        // SAFETY: the policy asks only for slots it was given and has not forgotten, under the lock.
        unsafe { self.0.get(slot) }.mark.load(Ordering::Relaxed)
    }

    fn prefetch(&self, slot: Slot) {
        self.0.prefetch(slot);
    }

    fn hash(&self, slot: Slot) -> u32 {
        // SAFETY: as above.
        unsafe { self.0.get(slot) }.tag
    }

    fn set(&self, slot: Slot, mark: u32) {
        // SAFETY: as above.
        unsafe { self.0.get(slot) }.mark.store(mark, Ordering::Relaxed);
    }
}

/// The epoch of what was unlinked since the last `reclaim`.
const UNLINKED: Epoch = Epoch::MAX;

const FIRST_ROOM: usize = 16;
