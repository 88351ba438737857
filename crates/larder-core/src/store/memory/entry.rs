//! One record: a key, its value, and what decides how long it may be served.

use crate::{
    clock::{NEVER, Nanos},
    context::{Dependency, Records},
    fresh::Renewal,
    scope::Sequence,
    store::memory::index::{END, Linked, Tag},
    sync::{Arc, AtomicU32, AtomicU64, Ordering},
};

/// A record as it stands in the slab. Nothing but the mark and the link changes while readers can see it: a new value is a new record.
#[derive(Debug)]
pub(crate) struct Entry<K, V> {
    pub(crate) tag: Tag,
    /// What hits wrote for the policy.
    pub(crate) mark: AtomicU32,
    /// The next entry of the same chain of the index.
    pub(crate) next: AtomicU32,
    /// The invalidations that the value knows of.
    pub(crate) snapshot: Sequence,
    /// When the value was made; the top bit says that a [`Life`] stands beside the entry.
    made: Nanos,
    pub(crate) key: K,
    pub(crate) value: V,
}

/// What only some entries have: a lifetime of their own, an idle limit, a weight, scopes. It stands in a slab of its own, under the entry's slot.
#[derive(Debug)]
pub(crate) struct Life {
    /// From here on the value is not fresh; `None` if it lives as long as others of its store.
    pub(crate) until: Option<Nanos>,
    /// How long after that it is kept, to be served stale.
    pub(crate) grace: Nanos,
    /// Dropped when not read for this long; [`NEVER`] for no limit.
    pub(crate) idle: Nanos,
    /// When it was last read, to a 64th of `idle`.
    pub(crate) used: AtomicU64,
    /// What it counts for in a store bounded by weight.
    pub(crate) weight: u64,
    /// How its key is renewed, where the function says so; handed on to the entry that takes this one's place.
    pub(crate) renewal: Option<Arc<Renewal>>,
    /// What can invalidate it, beside its function and its cache.
    pub(crate) dependencies: Box<[Dependency]>,
    /// What it depends on in shared stores; for whoever computes from it.
    pub(crate) records: Box<[Arc<Records>]>,
}

/// May an entry be served?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Valid,
    /// Its time is over since then, or it was invalidated softly then, which may be a little later than the reader's clock says; it is still kept for whoever takes a
    /// stale value.
    Stale {
        since: Nanos,
    },
    /// Its time is over, or it was invalidated softly.
    Expired,
    /// It is never to be served again.
    Invalidated,
}

impl<K, V> Entry<K, V> {
    pub(crate) fn new(tag: Tag, snapshot: Sequence, made: Nanos, has_life: bool, key: K, value: V) -> Self {
        let made = made & !HAS_LIFE | if has_life { HAS_LIFE } else { 0 };
        Self { tag, mark: AtomicU32::new(0), next: AtomicU32::new(END), snapshot, made, key, value }
    }

    /// When the value was made.
    #[inline(always)]
    pub(crate) fn made(&self) -> Nanos {
        self.made & !HAS_LIFE
    }

    #[inline(always)]
    pub(crate) fn has_life(&self) -> bool {
        self.made & HAS_LIFE != 0
    }
}

impl<K, V> Linked for Entry<K, V> {
    #[inline(always)]
    fn tag(&self) -> Tag {
        self.tag
    }

    #[inline(always)]
    fn next(&self) -> &AtomicU32 {
        &self.next
    }
}

impl Life {
    /// The life of a value that has nothing of its own.
    pub(crate) fn plain(made: Nanos) -> Self {
        Self {
            until: None,
            grace: 0,
            idle: NEVER,
            used: AtomicU64::new(made),
            weight: 0,
            renewal: None,
            dependencies: Box::default(),
            records: Box::default(),
        }
    }

    /// When the value leaves, as far as known now; `plain` is when it would cease to be fresh without a life of its own.
    #[inline(always)]
    pub(crate) fn deadline(&self, plain: Nanos) -> Nanos {
        self.fresh_until(plain).saturating_add(self.grace).min(self.idle_until())
    }

    /// The standing by time alone.
    #[inline(always)]
    pub(crate) fn standing(&self, plain: Nanos, now: Nanos) -> Standing {
        let fresh_until = self.fresh_until(plain);
        if now < fresh_until.min(self.idle_until()) {
            Standing::Valid
        } else {
            self.stale_since(fresh_until, now)
        }
    }

    /// The standing of a value that is not fresh since then.
    #[cold]
    pub(crate) fn stale_since(&self, since: Nanos, now: Nanos) -> Standing {
        let is_kept = now < since.saturating_add(self.grace) && now < self.idle_until();
        if is_kept { Standing::Stale { since } } else { Standing::Expired }
    }

    /// When the value ceases to be fresh.
    #[inline(always)]
    pub(crate) fn fresh_until(&self, plain: Nanos) -> Nanos {
        self.until.unwrap_or(plain)
    }

    #[inline(always)]
    fn idle_until(&self) -> Nanos {
        self.used.load(Ordering::Relaxed).saturating_add(self.idle)
    }

    /// Notes a read. Writes only when enough time has passed to matter.
    #[inline(always)]
    pub(crate) fn touch(&self, now: Nanos) {
        if self.idle != NEVER && now > self.used.load(Ordering::Relaxed).saturating_add(self.idle / 64) {
            self.used.store(now, Ordering::Relaxed);
        }
    }
}

/// Times stay below this for 292 years.
const HAS_LIFE: u64 = 1 << 63;
