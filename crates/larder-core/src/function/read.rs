//! Reading the store: what is there for a key, and may this call have it.

use super::{Function, Nested, turn::Absent};
use crate::{
    clock::{self, NEVER, Nanos},
    flight::Flights,
    fresh::Due,
    key::Key,
    outcome::Proof,
    per_call::CallOptions,
    reader::{self, Reader},
    scope::SEQUENCE,
    store::memory::{Entry, Judge, Life, Shard, Standing, tag},
    thread,
};

/// A value that was found in the store.
#[derive(Debug)]
pub(crate) struct Found<V> {
    pub(crate) value: V,
    /// When it was made.
    pub(crate) made: Nanos,
    pub(crate) is_stale: bool,
    /// What is to be done behind the caller's back.
    pub(crate) due: Option<Due>,
}

/// What a look at the store without a lock gives.
pub(crate) enum Read<V> {
    /// A value that is fresh and has nothing to be done about it, and when it was made. Its hits are to carry nothing that only the others need.
    Plain(V, Nanos),
    /// A value with a life of its own, which may be stale, or have something to be done about it.
    Apart(Found<V>),
    /// None that may be served, and whether there is no entry at all.
    Nothing(Option<Absent>),
}

/// What is special about a call that looks around itself.
#[derive(Debug, Default)]
pub(crate) struct Around {
    /// The computation whose value will depend on what is read.
    pub(crate) nested: Option<Nested>,
    pub(crate) options: CallOptions,
}

/// A shard of a function's store.
type Part<K, V> = Shard<K, V, Flights<K, V>>;

impl Around {
    /// What is around the calling thread. Cost where nothing is: a thread-local access.
    #[inline(always)]
    pub(crate) fn of<K: Send + Sync + 'static, V: Send + Sync + 'static>(
        function: &Function<K, V>,
        hash: u64,
    ) -> Self {
        if thread::is_special() { Self::special(function, hash) } else { Self::default() }
    }

    #[cold]
    #[inline(never)]
    fn special<K: Send + Sync + 'static, V: Send + Sync + 'static>(
        function: &Function<K, V>,
        hash: u64,
    ) -> Self {
        Self { nested: Nested::of(function, hash), options: thread::options() }
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Function<K, V> {
    /// The value of a key that may be served at once; otherwise, whether there is no entry at all. Takes no lock.
    #[inline(always)]
    pub(crate) fn read<R: Proof<Value = V>, Q: Key<Owned = K>>(
        &self,
        reader: Reader,
        hash: u64,
        key: &Q,
        around: Option<&Around>,
    ) -> Read<V> {
        let (number, shard) = self.memory.shard(hash);
        let pin = reader.pin(shard.place());
        let version = shard.version();
        match shard.find(&pin, tag(hash), |owned| key.eq(owned)) {
            Some((entry, None)) => match self.serve_plain::<R>(shard, entry, around) {
                Some((value, made)) => Read::Plain(value, made),
                None => Read::Nothing(None),
            },
            Some((entry, Some(life))) => {
                if around.is_none()
                    && let Some((value, made)) = self.serve_scoped::<R>(shard, entry, life)
                {
                    return Read::Plain(value, made);
                }
                match self.serve_apart::<R>(shard, entry, life, around) {
                    Some(found) => Read::Apart(found),
                    None => Read::Nothing(None),
                }
            }
            None => Read::Nothing(Some(Absent::new(number, version))),
        }
    }

    /// The same for a call that is made from inside another computation, or with options.
    #[cold]
    #[inline(never)]
    pub(crate) fn read_around<R: Proof<Value = V>, Q: Key<Owned = K>>(
        &self,
        reader: Reader,
        hash: u64,
        key: &Q,
    ) -> Read<V> {
        let around = Around::of(self, hash);
        if around.options.skip_read {
            return Read::Nothing(None);
        }
        self.read::<R, Q>(reader, hash, key, Some(&around))
    }

    /// A copy of an entry's value, if this call may have it. Runs the value's `Clone`, so no lock may be held.
    pub(super) fn serve<R: Proof<Value = V>>(
        &self,
        shard: &Part<K, V>,
        entry: &Entry<K, V>,
        life: Option<&Life>,
        around: Option<&Around>,
    ) -> Option<Found<V>> {
        match life {
            None => {
                let (value, made) = self.serve_plain::<R>(shard, entry, around)?;
                Some(Found { value, made, is_stale: false, due: None })
            }
            Some(life) => self.serve_apart::<R>(shard, entry, life, around),
        }
    }

    /// The same for an entry without a life of its own, inline.
    #[inline(always)]
    fn serve_plain<R: Proof<Value = V>>(
        &self,
        shard: &Part<K, V>,
        entry: &Entry<K, V>,
        around: Option<&Around>,
    ) -> Option<(V, Nanos)> {
        let now = self.now(shard, None);
        if shard.judge(entry, None, &Judge { scope: &self.scope, now }) != Standing::Valid {
            return None;
        }
        shard.touch(entry, None, now);
        if let Some(nested) = around.and_then(|around| around.nested.as_ref()) {
            nested.depend(self, entry.snapshot, &[], &[]);
        }
        let made = entry.made();
        R::share(&entry.value).map(|value| (value, made))
    }

    /// The same for one that belongs to scopes, and has nothing more to it as long as it is valid. Out of line, as the next one.
    #[inline(never)]
    fn serve_scoped<R: Proof<Value = V>>(
        &self,
        shard: &Part<K, V>,
        entry: &Entry<K, V>,
        life: &Life,
    ) -> Option<(V, Nanos)> {
        if life.renewal.is_some() {
            return None;
        }
        let now = clock::now();
        if shard.judge(entry, Some(life), &Judge { scope: &self.scope, now }) != Standing::Valid {
            return None;
        }
        shard.touch(entry, Some(life), now);
        let made = entry.made();
        R::share(&entry.value).map(|value| (value, made))
    }

    /// The same for one that has a life of its own, out of line: what it takes more would weigh on the hits of all others.
    #[inline(never)]
    fn serve_apart<R: Proof<Value = V>>(
        &self,
        shard: &Part<K, V>,
        entry: &Entry<K, V>,
        life: &Life,
        around: Option<&Around>,
    ) -> Option<Found<V>> {
        let now = self.now(shard, Some(life));
        let none = CallOptions::default();
        let options = around.map_or(&none, |around| &around.options);
        let fresh_until = match shard.judge(entry, Some(life), &Judge { scope: &self.scope, now }) {
            Standing::Valid => life.fresh_until(shard.plain_deadline(entry)),
            Standing::Stale { since }
                if now.saturating_sub(since) < self.stale_window(options, || is_resting(life, now)) =>
            {
                since
            }
            _ => return None,
        };
        shard.touch(entry, Some(life), now);
        if let Some(nested) = around.and_then(|around| around.nested.as_ref()) {
            nested.depend(self, entry.snapshot, &life.dependencies, &life.records);
        }
        let value = R::share(&entry.value)?;
        let due = life.renewal.as_ref().and_then(|renewal| renewal.wanted(now, fresh_until));
        Some(Found { value, made: entry.made(), is_stale: now >= fresh_until, due })
    }

    /// How long after its lifetime a value is served to a call without running the function first.
    #[cold]
    pub(super) fn stale_window(&self, options: &CallOptions, is_resting: impl FnOnce() -> bool) -> Nanos {
        match (self.rules, options.max_stale) {
            (None, _) => 0,
            (Some(_), Some(most)) => clock::nanos(most),
            (Some(rules), None) if options.no_wait || is_resting() => rules.grace(),
            (Some(rules), None) => rules.while_revalidate,
        }
    }

    /// How long after its lifetime the last good value stands in for a failure.
    pub(super) fn error_window(&self, options: &CallOptions) -> Nanos {
        let if_error = self.rules.map_or(0, |rules| rules.if_error);
        options.max_stale.map_or(if_error, |most| if_error.min(clock::nanos(most)))
    }

    /// Whether a call may have an entry's value without running the function.
    pub(super) fn is_served(
        &self,
        shard: &Part<K, V>,
        entry: &Entry<K, V>,
        life: Option<&Life>,
        options: &CallOptions,
    ) -> bool {
        let now = self.now(shard, life);
        match (shard.judge(entry, life, &Judge { scope: &self.scope, now }), life) {
            (Standing::Valid, _) => true,
            (Standing::Stale { since }, Some(life)) => {
                now.saturating_sub(since) < self.stale_window(options, || is_resting(life, now))
            }
            _ => false,
        }
    }

    /// A copy of the last good value of a key, for a call whose run has failed or takes too long: one that is stale, and no older than it may be then.
    pub(super) fn fall_back<R: Proof<Value = V>>(
        &self,
        shard: &Part<K, V>,
        entry: &Entry<K, V>,
        life: Option<&Life>,
        around: &Around,
    ) -> Option<Found<V>> {
        let life = life?;
        let now = self.now(shard, Some(life));
        let window = self.error_window(&around.options);
        match shard.judge(entry, Some(life), &Judge { scope: &self.scope, now }) {
            Standing::Stale { since } if now.saturating_sub(since) < window => {}
            _ => return None,
        }
        // It is a read like any other: the key is in use.
        shard.touch(entry, Some(life), now);
        if let Some(renewal) = &life.renewal {
            renewal.touch(now);
        }
        if let Some(nested) = &around.nested {
            nested.depend(self, entry.snapshot, &life.dependencies, &life.records);
        }
        let value = R::share(&entry.value)?;
        Some(Found { value, made: entry.made(), is_stale: true, due: None })
    }

    /// Whether an entry is fresh.
    pub(super) fn is_valid(&self, shard: &Part<K, V>, entry: &Entry<K, V>, life: Option<&Life>) -> bool {
        let judge = Judge { scope: &self.scope, now: self.now(shard, life) };
        shard.judge(entry, life, &judge) == Standing::Valid
    }

    /// The time, where anything depends on it.
    #[inline(always)]
    fn now(&self, shard: &Part<K, V>, life: Option<&Life>) -> Nanos {
        if life.is_some() || shard.ttl() != NEVER { clock::now() } else { 0 }
    }

    /// The value of a key, for a caller that computes nothing if there is none. A hit is counted. What is computed around the caller depends on it, also on there being none.
    pub(crate) fn get<R: Proof<Value = V>, Q: Key<Owned = K>>(&self, key: &Q) -> Option<V> {
        let hash = self.hash(key);
        let reader = reader::current();
        let around = Around::of(self, hash);
        let before = SEQUENCE.snapshot();
        let found = if around.options.skip_read {
            None
        } else {
            match self.read::<R, Q>(reader, hash, key, Some(&around)) {
                Read::Plain(value, made) => Some(Found { value, made, is_stale: false, due: None }),
                Read::Apart(found) => Some(found),
                Read::Nothing(_) => self.get_locked::<R, Q>(reader, hash, key, &around),
            }
        };
        match found {
            Some(found) => {
                self.count_hit(reader, found.is_stale);
                Some(found.value)
            }
            None => {
                if let Some(nested) = &around.nested {
                    nested.depend(self, before, &[], &[]);
                }
                None
            }
        }
    }

    /// Once more, with an index that nobody changes meanwhile.
    #[cold]
    fn get_locked<R: Proof<Value = V>, Q: Key<Owned = K>>(
        &self,
        reader: Reader,
        hash: u64,
        key: &Q,
        around: &Around,
    ) -> Option<Found<V>> {
        let (_, shard, locked) = self.memory.lock(hash);
        let pin = reader.pin(shard.place());
        let found = shard.find(&pin, tag(hash), |owned| key.eq(owned));
        drop(locked);
        let (entry, life) = found?;
        self.serve::<R>(shard, entry, life, Some(around))
    }

    /// How long the value of a key is fresh from now on, if there is one: [`NEVER`] for ever.
    pub(crate) fn remaining<Q: Key<Owned = K>>(&self, key: &Q) -> Option<Nanos> {
        let hash = self.hash(key);
        let (_, shard, locked) = self.memory.lock(hash);
        let pin = reader::current().pin(shard.place());
        let found = shard.find(&pin, tag(hash), |owned| key.eq(owned));
        drop(locked);
        let (entry, life) = found.filter(|(entry, life)| self.is_valid(shard, entry, *life))?;
        let plain = shard.plain_deadline(entry);
        let until = life.map_or(plain, |life| life.fresh_until(plain));
        Some(if until == NEVER { NEVER } else { until.saturating_sub(clock::now()) })
    }

    /// The value of a key, if there is a fresh one: nothing is counted, noted or dropped.
    pub(crate) fn peek<R: Proof<Value = V>, Q: Key<Owned = K>>(&self, key: &Q) -> Option<V> {
        let hash = self.hash(key);
        let reader = reader::current();
        let (_, shard) = self.memory.shard(hash);
        let pin = reader.pin(shard.place());
        if let Some((entry, life)) = shard.find(&pin, tag(hash), |owned| key.eq(owned)) {
            return self.is_valid(shard, entry, life).then(|| R::share(&entry.value)).flatten();
        }
        let (_, shard, locked) = self.memory.lock(hash);
        let pin = reader.pin(shard.place());
        let found = shard.find(&pin, tag(hash), |owned| key.eq(owned));
        drop(locked);
        let (entry, life) = found?;
        self.is_valid(shard, entry, life).then(|| R::share(&entry.value)).flatten()
    }

    /// Whether there is a fresh value.
    pub(crate) fn peek_is<Q: Key<Owned = K>>(&self, key: &Q) -> bool {
        let hash = self.hash(key);
        let (_, shard, _locked) = self.memory.lock(hash);
        let pin = reader::current().pin(shard.place());
        let found = shard.find(&pin, tag(hash), |owned| key.eq(owned));
        found.is_some_and(|(entry, life)| self.is_valid(shard, entry, life))
    }
}

/// Whether the function failed so recently that it is not to be tried again for this key yet.
fn is_resting(life: &Life, now: Nanos) -> bool {
    life.renewal.as_ref().is_some_and(|renewal| renewal.is_resting(now))
}
