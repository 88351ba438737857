//! One instance of a cached function: its options, its store, and what runs for it.
//!
//! Here is what a call does with the store: read ([`read`]), and if there is nothing to read, take its turn ([`turn`]); and what the companions do.

mod ending;
mod good;
mod guarded;
mod insertion;
mod keep;
mod look;
mod owned;
mod patient;
mod read;
mod reading;
mod replacement;
mod shared;
mod turn;

use std::{any::Any, sync::Weak, time::Duration};

pub(crate) use self::{
    insertion::Inserting,
    owned::OwnedKeys,
    patient::{Either, either},
    read::{Around, Found, Read},
    reading::records,
    replacement::Replacement,
    turn::{Absent, Boarding, Call, Outcome, Purpose, Turn},
};
use crate::shared::Tier;
use crate::{
    cache::{self, Defaults, Inner},
    clock::{self, NEVER, Nanos},
    config::Config,
    context::{Computing, Dependency, Frame, Id, Records},
    event::{self, EventKind},
    flight::Flights,
    fresh::{Renewal, Rules},
    key::Key,
    maintenance::{self, Tended},
    policy::Slot,
    reader::{self, READERS, Reader},
    scope::{SEQUENCE, Scope, Sequence, Strength, Table},
    site::Site,
    stats::Count,
    store::memory::{Bounds, Cause, Entry, Holdings, Judge, Left, Locked, Memory, New, Shard, tag},
    sync::{Arc, plain::lock},
    thread,
};

/// A function's store for one choice of its type parameters.
#[derive(Debug)]
pub(crate) struct Function<K: 'static, V: 'static> {
    pub(crate) site: &'static Site,
    cache: &'static Inner,
    keys: &'static OwnedKeys<K>,
    config: Config<V>,
    /// How its values grow old, where that is more than a lifetime. Leaked: functions live as long as the program.
    pub(crate) rules: Option<&'static Rules>,
    /// Its half in a shared store, where its values live there.
    pub(crate) tier: Option<Tier<V>>,
    memory: Memory<K, V, Flights<K, V>>,
    /// All its values together.
    scope: Arc<Scope>,
    /// Keys that values of other functions depend on, by hash: two keys of one hash are invalidated together.
    key_scopes: Table<u64>,
    this: Weak<Self>,
}

/// What can be done with a function without knowing its types.
pub(crate) trait Erased: Send + Sync {
    fn clear(&self);
    /// Makes every value invalid, and has the entries leave in the background.
    fn invalidate_all(&self, strength: Strength);
    /// Lets invalid entries leave.
    fn sweep_invalid(&self);
    /// Shows every valid entry: the text of its key, its value, and its age.
    fn visit(&self, see: &mut dyn FnMut(String, &dyn Any, Duration));
    /// Takes over what its cache says, where it says nothing itself.
    fn adopt(&self, defaults: &Defaults);
    fn holdings(&self) -> Holdings;
    /// Computations that run now, and calls that wait for one.
    fn flights(&self) -> (usize, usize);
    fn ttl(&self) -> Option<Duration>;
    fn set_ttl(&self, ttl: Option<Duration>);
    fn bounds(&self) -> Bounds;
    fn set_bounds(&self, bounds: Bounds);
    /// The size of an entry in bytes, without what its key and value own on the heap.
    fn entry_size(&self) -> usize;
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Function<K, V> {
    pub(crate) fn new(site: &'static Site, keys: &'static OwnedKeys<K>, mut config: Config<V>) -> Arc<Self> {
        let cache = cache::of(site.cache_name());
        let defaults = lock(&cache.defaults).clone();
        defaults.complete(&mut config);
        let max_entries = config.max_entries.or(defaults.max_entries);
        let bounds = Bounds { max_entries, max_bytes: config.max_bytes };
        let ttl = config.ttl.or(defaults.ttl).map_or(NEVER, clock::nanos);
        Arc::new_cyclic(|this| Self {
            site,
            cache,
            keys,
            memory: Memory::new(bounds, config.policy.unwrap_or_default(), ttl, Flights::new),
            tier: config
                .tier
                .take()
                .zip(site.space())
                .map(|(options, space)| Tier::new(options, space, site.record_name())),
            rules: config.rules().map(|rules| &*Box::leak(Box::new(rules))),
            config,
            scope: Arc::default(),
            key_scopes: Table::without_past(),
            this: this.clone(),
        })
    }

    pub(crate) fn cache(&self) -> &'static Inner {
        self.cache
    }

    #[inline(always)]
    pub(crate) fn hash<Q: Key<Owned = K>>(&self, key: &Q) -> u64 {
        self.memory.hash(|state| key.hash(state))
    }

    /// The newest invalidation that reached every value of this function.
    #[inline(always)]
    pub(crate) fn floor(&self) -> Sequence {
        self.scope.newest()
    }

    /// Calls that start after this do not get a value of this key that was computed before it. Says whether there was one.
    pub(crate) fn invalidate(&self, hash: u64, is: impl Fn(&K) -> bool) -> bool {
        let removed = self.forget(hash, is);
        self.site.counters.count(Count::Invalidation, reader::current());
        self.tell(EventKind::Invalidate);
        removed
    }

    /// The same for a key that was given another value elsewhere.
    pub(crate) fn forget(&self, hash: u64, is: impl Fn(&K) -> bool) -> bool {
        let mut left = Left::default();
        let removed = {
            let (_, shard, mut locked) = self.memory.lock(hash);
            locked.extra.doom(hash, &is);
            let found = shard.find_locked(&locked, tag(hash), &is);
            if let Some(slot) = found {
                shard.remove(&mut locked, slot, Cause::Removed);
            }
            // After the entry is gone: whoever read it before has the key's scope already. Under the lock: whoever computes the key anew starts from a later number.
            self.invalidate_dependents(hash);
            shard.reclaim(&mut locked, &READERS, &mut left);
            found.is_some()
        };
        drop(left);
        removed
    }

    /// What was computed from the value of this key, or from there being none, becomes invalid. Says whether anything may have been.
    fn invalidate_dependents(&self, hash: u64) -> bool {
        let scope = self.key_scopes.get(&hash);
        if let Some(scope) = &scope {
            scope.invalidate(&SEQUENCE, Strength::Hard);
        }
        scope.is_some()
    }

    /// What runs for a key is not to be stored, nor joined by callers to come.
    pub(crate) fn doom(&self, hash: u64, is: impl Fn(&K) -> bool) {
        let (_, _, mut locked) = self.memory.lock(hash);
        locked.extra.doom(hash, is);
    }

    /// A computation was given up by those who waited: who comes now begins anew, and its value is not stored.
    pub(crate) fn give_up(&self, hash: u64, id: Id) {
        self.memory.shards().any(|shard| shard.lock().extra.give_up(hash, id));
    }

    /// Stores an entry, which took this long to compute; says what is to be done about it when the lock is free, or nothing if it was not kept.
    #[inline]
    fn store(
        &self,
        shard: &Shard<K, V, Flights<K, V>>,
        locked: &mut Locked<K, V, Flights<K, V>>,
        mut new: New<K, V>,
        cost: Nanos,
        old: Option<Slot>,
        left: &mut Left<K, V>,
    ) -> Option<Stored> {
        let renewal = match (self.rules, &mut new.life) {
            (Some(rules), Some(life)) if rules.renews() || rules.if_error > 0 => {
                let old = old.and_then(|old| shard.life(locked, old)?.renewal.clone());
                let renewal = life.renewal.get_or_insert_with(|| {
                    let renewal = old.unwrap_or_else(|| Renewal::new(rules, new.made));
                    renewal.stored(new.made, cost);
                    renewal
                });
                Some(renewal.clone())
            }
            _ => None,
        };
        let judge = Judge { scope: &self.scope, now: new.made };
        let deadline = new.deadline(shard.ttl());
        let is_kept = shard.insert(locked, new, old, &judge, &READERS, left);
        if let Some(renewal) = renewal.as_ref().filter(|_| is_kept) {
            // The old entry may have had to make room first.
            renewal.set_left(false);
        }
        is_kept.then_some(Stored { deadline, renewal })
    }

    /// Counts something, and tells of it.
    #[inline]
    pub(crate) fn note(&self, what: Count, kind: EventKind) {
        self.site.counters.count(what, reader::current());
        self.tell(kind);
    }

    /// Counts a call that was served from the store, and tells of it.
    #[inline(always)]
    pub(crate) fn count_hit(&self, reader: Reader, is_stale: bool) {
        self.site.counters.count(Count::Hit, reader);
        if is_stale {
            return self.note(Count::Stale, EventKind::StaleHit);
        }
        self.tell(EventKind::Hit);
    }

    /// Whether its values live in a shared store.
    #[inline]
    pub(crate) fn is_shared(&self) -> bool {
        self.tier.is_some()
    }

    /// Whether anybody is told what happens.
    #[inline]
    pub(crate) fn has_listener(&self) -> bool {
        self.config.on_event.is_some()
    }

    #[inline]
    pub(crate) fn tell(&self, kind: EventKind) {
        if let Some(listener) = self.config.on_event {
            event::tell(listener, self.site.name(), kind);
        }
    }

    /// Has the maintenance come by at its next opportunity.
    fn tend_soon(&self) {
        if let Some(at) = self.memory.sweep_soon() {
            maintenance::tend_at(at, self.this.clone());
        }
    }

    /// After an entry was stored: has the maintenance come by when it leaves.
    #[inline]
    fn stored(&self, stored: Option<Stored>) {
        if let Some(Stored { deadline, .. }) = stored {
            if let Some(at) = self.memory.expires_at(deadline) {
                maintenance::tend_at(at, self.this.clone());
            }
            self.tell(EventKind::Insert);
        }
    }
}

/// An entry that was stored.
#[derive(Debug)]
struct Stored {
    /// When it leaves, if nothing else happens to it.
    deadline: Nanos,
    /// How its key is renewed.
    renewal: Option<Arc<Renewal>>,
}

/// A call from inside another computation, whose value will depend on what this one gets.
#[derive(Debug)]
pub(crate) struct Nested {
    frame: Arc<Frame>,
    /// The scope of the key. It is there before the key is looked up, so that an invalidation after that is noticed.
    key: Arc<Scope>,
}

impl Nested {
    /// The computation around the caller, if any. Cost outside of one: a thread-local access.
    #[inline(always)]
    pub(crate) fn of<K: Send + Sync + 'static, V: Send + Sync + 'static>(
        function: &Function<K, V>,
        hash: u64,
    ) -> Option<Self> {
        if !thread::is_inside() {
            return None;
        }
        let frame = thread::frame()?;
        Some(Self { frame, key: function.key_scopes.get_or_insert(&hash) })
    }

    /// The value around depends on a value of `function` that was computed from `snapshot`.
    pub(crate) fn depend<K, V>(
        &self,
        function: &Function<K, V>,
        snapshot: Sequence,
        inherited: &[Dependency],
        records: &[Arc<Records>],
    ) {
        let own = [function.scope.clone(), self.key.clone()].map(|scope| Dependency { scope, snapshot });
        self.frame.depend(own.into_iter().chain(inherited.iter().cloned()), records);
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Tended for Function<K, V> {
    fn tend(&self, _now: Nanos) -> Nanos {
        self.key_scopes.drop_unused();
        self.memory.sweep_if_due(&self.scope)
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Computing for Function<K, V> {
    fn cache_name(&self) -> &'static str {
        self.cache.name
    }

    fn is_shared(&self) -> bool {
        self.is_shared()
    }

    fn key_text(&self, hash: u64, id: Id) -> Option<String> {
        let text = |shard: &Shard<K, V, Flights<K, V>>| shard.lock().extra.key(hash, id).map(self.keys.text);
        let text = self.memory.shards().find_map(text)?;
        Some(format!("{}{text}", self.site.name()))
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Erased for Function<K, V> {
    fn clear(&self) {
        self.scope.invalidate(&SEQUENCE, Strength::Hard);
        self.memory.clear();
        self.key_scopes.drop_unused();
        self.site.counters.count(Count::Invalidation, reader::current());
        self.tell(EventKind::Clear);
    }

    fn invalidate_all(&self, strength: Strength) {
        self.scope.invalidate(&SEQUENCE, strength);
        self.tend_soon();
        self.site.counters.count(Count::Invalidation, reader::current());
        self.tell(EventKind::Clear);
    }

    fn sweep_invalid(&self) {
        self.memory.sweep(&self.scope);
        self.key_scopes.drop_unused();
    }

    fn visit(&self, see: &mut dyn FnMut(String, &dyn Any, Duration)) {
        for shard in self.memory.shards() {
            // The pin keeps the entries whole after the lock is free, where the user's code may see them.
            let pin = reader::current().pin(shard.place());
            let entries = shard.entries(&shard.lock(), &pin);
            for (entry, life) in entries {
                if self.is_valid(shard, entry, life) {
                    let age = Duration::from_nanos(clock::now().saturating_sub(entry.made()));
                    see((self.keys.text)(&entry.key), &entry.value, age);
                }
            }
        }
    }

    fn adopt(&self, defaults: &Defaults) {
        if self.config.ttl.is_none() {
            self.memory.set_ttl(defaults.ttl.map_or(NEVER, clock::nanos));
            self.tend_soon();
        }
        if self.config.max_entries.is_none() && self.memory.bounds().max_entries != defaults.max_entries {
            self.set_bounds(Bounds { max_entries: defaults.max_entries, ..self.memory.bounds() });
        }
    }

    fn holdings(&self) -> Holdings {
        self.memory.holdings()
    }

    fn flights(&self) -> (usize, usize) {
        self.memory.shards().fold((0, 0), |(running, waiting), shard| {
            let locked = shard.lock();
            (running + locked.extra.len(), waiting + locked.extra.waiting())
        })
    }

    fn ttl(&self) -> Option<Duration> {
        let ttl = self.memory.ttl();
        (ttl != NEVER).then(|| Duration::from_nanos(ttl))
    }

    fn set_ttl(&self, ttl: Option<Duration>) {
        self.memory.set_ttl(ttl.map_or(NEVER, clock::nanos));
        self.tend_soon();
    }

    fn bounds(&self) -> Bounds {
        self.memory.bounds()
    }

    fn set_bounds(&self, bounds: Bounds) {
        self.memory.set_bounds(bounds, Flights::doom_all);
    }

    fn entry_size(&self) -> usize {
        size_of::<Entry<K, V>>()
    }
}
