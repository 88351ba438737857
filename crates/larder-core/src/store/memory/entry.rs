//! One record: a key, its value, and what decides how long it may be served.

use crate::{
    clock::{NEVER, Nanos},
    context::Dependency,
    scope::Sequence,
    store::memory::index::{END, Linked, Tag},
    sync::{AtomicU32, AtomicU64, Ordering},
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
    /// From here on the value is not served; `None` if it lives as long as others of its store.
    pub(crate) until: Option<Nanos>,
    /// Dropped when not read for this long; [`NEVER`] for no limit.
    pub(crate) idle: Nanos,
    /// When it was last read, to a 64th of `idle`.
    pub(crate) used: AtomicU64,
    /// What it counts for in a store bounded by weight.
    pub(crate) weight: u64,
    /// What can invalidate it, beside its function and its cache.
    pub(crate) dependencies: Box<[Dependency]>,
}

/// May an entry be served?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Valid,
    /// Its time is over, or it was invalidated softly.
    Expired,
    /// It is never to be served again.
    Invalidated,
}

impl Standing {
    /// The standing of an invalidated entry.
    #[cold]
    pub(crate) fn of_invalidated(is_for_good: bool) -> Self {
        if is_for_good { Self::Invalidated } else { Self::Expired }
    }
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
    /// When the value is not served any more, as far as known now; `plain` is what it would be without a life of its own.
    #[inline(always)]
    pub(crate) fn deadline(&self, plain: Nanos) -> Nanos {
        self.until.unwrap_or(plain).min(self.used.load(Ordering::Relaxed).saturating_add(self.idle))
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
