//! How the values of one function are shared.

use std::{collections::HashMap, fmt, sync::Arc as StdArc, time::Duration};

use foldhash::quality::RandomState;

use super::{FunctionNames, Sealing, Space, space::LONGEST};
use crate::{
    clock::{self, NEVER, Nanos},
    codec::{CodecError, Dependency, Metadata},
    error::Error,
    fresh::{Renewal, Rules},
    store::{
        bytes::{Operation, StoreError},
        memory::Life,
    },
    sync::{
        Arc,
        plain::{AtomicBool, Mutex, Ordering, lock},
    },
};

/// The options of a shared function.
///
/// Not public API. Used by generated code.
pub struct TierOptions<V> {
    sealing: Box<dyn Sealing<V>>,
    compress_above: Option<usize>,
    l1: Option<Duration>,
    lock: Option<Duration>,
    fails: Option<fn(Error) -> V>,
    replaces_others: bool,
}

impl<V> TierOptions<V> {
    /// As these bytes.
    #[must_use]
    pub fn new(sealing: Box<dyn Sealing<V>>) -> Self {
        Self { sealing, compress_above: None, l1: None, lock: None, fails: None, replaces_others: false }
    }

    /// Values of more than so many bytes are compressed.
    #[must_use]
    pub fn compress_above(mut self, bytes: u64) -> Self {
        self.compress_above = Some(usize::try_from(bytes).unwrap_or(usize::MAX));
        self
    }

    /// How long this process serves a value without asking the store.
    #[must_use]
    pub fn l1(mut self, most: Duration) -> Self {
        self.l1 = Some(most);
        self
    }

    /// How long a call waits at most for the run of another process.
    #[must_use]
    pub fn lock(mut self, most: Duration) -> Self {
        self.lock = Some(most);
        self
    }

    /// Values of all types lie in one place for each key, and replace each other.
    #[must_use]
    pub(crate) fn replacing_others(mut self) -> Self {
        self.replaces_others = true;
        self
    }

    /// What a call gives when the store does not answer.
    #[must_use]
    pub fn fails(mut self, fail: fn(Error) -> V) -> Self {
        self.fails = Some(fail);
        self
    }
}

impl<V> fmt::Debug for TierOptions<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("TierOptions").field("sealing", &self.sealing).finish_non_exhaustive()
    }
}

/// The shared half of a function.
pub(crate) struct Tier<V> {
    pub(crate) space: &'static Space,
    pub(crate) names: FunctionNames,
    slot: u64,
    pub(crate) sealing: Box<dyn Sealing<V>>,
    /// How long memory may serve a value; [`None`]: not at all.
    pub(crate) l1: Option<Nanos>,
    /// How long a call waits at most for the run of another process; [`None`]: every process runs the function for itself.
    pub(crate) lock: Option<Nanos>,
    pub(crate) fails: Option<fn(Error) -> V>,
    /// Whether values of all types lie in one place for each key: entries, of which each has scopes of its own.
    pub(crate) replaces_others: bool,
    /// The scopes that values of a key depend on beside those that all of them do, by the key's hash: so that the next read asks for them at once.
    hints: Mutex<HashMap<u64, StdArc<[String]>, RandomState>>,
    /// Whether there ever was one, so that functions without any take no lock.
    has_hints: AtomicBool,
    /// What has happened to keys that are stale, or whose function fails.
    renewals: Mutex<HashMap<u64, Arc<Renewal>, RandomState>>,
}

impl<V> Tier<V> {
    pub(crate) fn new(options: TierOptions<V>, space: &'static Space, function: &str) -> Self {
        let TierOptions { mut sealing, compress_above, l1, lock, fails, replaces_others } = options;
        sealing.change(&|format| space.protection().apply(format, compress_above));
        let slot = if replaces_others { ENTRY_SLOT } else { sealing.fingerprint() };
        Self {
            space,
            names: space.names_of(function, slot),
            slot,
            sealing,
            l1: l1.map(clock::nanos),
            lock: lock.map(clock::nanos),
            fails,
            replaces_others,
            hints: Mutex::default(),
            has_hints: AtomicBool::new(false),
            renewals: Mutex::default(),
        }
    }

    /// What of the values' type stands in the key of an entry: values of different slots lie side by side.
    pub(crate) fn slot(&self) -> u64 {
        self.slot
    }

    /// The scopes that the value of a key depended on when it was seen last, by its hash. A wrong one costs a record more to be read.
    pub(crate) fn hint(&self, hash: u64) -> Option<StdArc<[String]>> {
        if !self.has_hints.load(Ordering::Relaxed) {
            return None;
        }
        lock(&self.hints).get(&hash).cloned()
    }

    /// Remembers them.
    pub(crate) fn learn(&self, hash: u64, dependencies: &[(String, u64)]) {
        if dependencies.is_empty() {
            if self.has_hints.load(Ordering::Relaxed) {
                lock(&self.hints).remove(&hash);
            }
            return;
        }
        self.has_hints.store(true, Ordering::Relaxed);
        let mut hints = lock(&self.hints);
        let is_known = |known: &StdArc<[String]>| known.iter().eq(dependencies.iter().map(|(name, _)| name));
        if hints.get(&hash).is_some_and(is_known) {
            return;
        }
        if hints.len() >= MOST_HINTS {
            hints.clear();
        }
        hints.insert(hash, dependencies.iter().map(|(name, _)| name.clone()).collect());
    }

    /// The renewal of a key, by its hash: two keys of one hash take turns.
    pub(crate) fn renewal(&self, hash: u64, rules: &'static Rules) -> Arc<Renewal> {
        // Dropped when the lock is free: a renewal may hold arguments of the user's.
        let mut needless = Vec::new();
        let mut renewals = lock(&self.renewals);
        if renewals.len() >= CROWDED {
            let now = clock::now();
            needless.extend(renewals.extract_if(|_, renewal| !renewal.is_needed(now)));
        }
        let renewal = renewals.entry(hash).or_insert_with(|| Renewal::new(rules, clock::now())).clone();
        drop(renewals);
        drop(needless);
        renewal
    }

    /// The renewal of a key, if anything has happened to it.
    pub(crate) fn known_renewal(&self, hash: u64) -> Option<Arc<Renewal>> {
        lock(&self.renewals).get(&hash).cloned()
    }

    /// The batch that writes a value; `None` if it is one that is not stored.
    ///
    /// # Errors
    ///
    /// When the serializer cannot write it.
    pub(crate) fn writing(
        &self,
        key: &str,
        entry: &Sealed<'_>,
        value: &V,
    ) -> Result<Option<Vec<Operation>>, CodecError> {
        let longest = u64::try_from(LONGEST.as_millis()).unwrap_or(u64::MAX);
        let fresh_ms = millis(entry.fresh_for).min(longest);
        let stale_ms = millis(entry.grace).min(longest - fresh_ms);
        let ttl = Duration::from_millis((fresh_ms + stale_ms).max(1));
        let metadata = Metadata {
            snapshot: entry.snapshot,
            created_ms: clock::wall_ms(),
            fresh_ms,
            stale_ms,
            dependencies: entry.dependencies.iter().map(named).collect(),
        };
        let Some(value) = self.sealing.seal(key, &metadata, value).transpose()? else { return Ok(None) };
        // To nothing: what is missing by now was evicted, and with it maybe an invalidation.
        let live_on = |key: &String| Operation::Raise {
            key: key.clone(),
            to: 0,
            ttl: ttl.saturating_add(super::space::MARGIN),
        };
        let dependencies = entry.dependencies.iter().map(|(scope, _)| scope);
        let dependencies = dependencies.filter(|scope| !entry.scopes.contains(scope));
        let mut batch: Vec<_> = entry.scopes.iter().chain(dependencies).map(live_on).collect();
        batch.push(Operation::Put { key: key.into(), value, ttl });
        Ok(Some(batch))
    }

    /// What a call gives when the store has failed and that is not to be ignored.
    pub(crate) fn failed(&self, error: StoreError) -> Option<V> {
        self.fails.map(|fails| fails(Error::store(error)))
    }
}

/// What is written beside a value.
#[derive(Debug)]
pub(crate) struct Sealed<'a> {
    pub(crate) snapshot: u64,
    /// The scopes that every value of the key depends on.
    pub(crate) scopes: &'a [String],
    /// Those that this one depends on, with what was known of each.
    pub(crate) dependencies: &'a [(String, u64)],
    pub(crate) fresh_for: Nanos,
    pub(crate) grace: Nanos,
}

impl Life {
    /// How long a value made now is fresh, and kept after that, where others of its function live for `ttl`.
    pub(crate) fn spans(life: Option<&Self>, made: Nanos, ttl: Nanos) -> (Nanos, Nanos) {
        match life {
            None => (ttl, 0),
            Some(life) => (life.until.map_or(ttl, |until| until.saturating_sub(made)), life.grace),
        }
    }
}

impl<V> fmt::Debug for Tier<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tier").field("space", self.space).field("l1", &self.l1).finish_non_exhaustive()
    }
}

fn named((scope, snapshot): &(String, u64)) -> Dependency<'_> {
    Dependency { scope: scope.as_str().into(), snapshot: *snapshot }
}

/// For ever in nanoseconds is for ever in milliseconds.
fn millis(nanos: Nanos) -> u64 {
    if nanos == NEVER { u64::MAX } else { nanos.div_ceil(1_000_000) }
}

/// What stands in place of a fingerprint where values of all types share a key. The envelope has the fingerprint all the same.
pub(crate) const ENTRY_SLOT: u64 = 0;

/// Hints are begun anew when there are this many.
const MOST_HINTS: usize = 16_384;

/// Renewals that nobody needs any more are looked for when there are this many.
const CROWDED: usize = 4_096;
