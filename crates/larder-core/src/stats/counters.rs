//! Counters that cost next to nothing: every thread counts for itself.
//!
//! A thread's stripe is written by that thread alone, so counting is a load and a store on a cache line nobody else writes; reading sums the stripes.
//! Threads beyond the first 63 alive at once share one stripe and pay for an atomic addition.

use crate::{
    reader::Reader,
    sync::{
        Ordering, OwnLine,
        plain::{AtomicU64, Mutex, OnceLock, lock},
    },
};

/// What is counted on the way of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// A call that was served from the cache, with a fresh value or a stale one.
    Hit,
    /// A call that was given a stale value, also one whose run had failed or took too long.
    Stale,
    Miss,
    /// A miss that waited for another caller's computation.
    Coalesced,
    Load,
    /// A load in the background.
    Refresh,
    /// A load that gave an `Err`.
    LoadError,
    /// A load that ended without a value: cancelled or panicked.
    LoadLost,
    /// A call that gave up waiting.
    Timeout,
    /// A call that its shared store did not answer.
    StoreError,
    /// A value not kept because it was overtaken by an invalidation.
    Rejected,
    Invalidation,
}

const COUNTS: usize = Count::Invalidation as usize + 1;

/// One function's counters.
#[derive(Debug)]
pub(crate) struct Counters {
    stripes: [OnceLock<Box<Stripe>>; STRIPES],
    /// What had been counted at the last reset.
    base: Mutex<[u64; COUNTS]>,
}

type Stripe = OwnLine<[AtomicU64; COUNTS]>;

impl Counters {
    pub(crate) const fn new() -> Self {
        Self { stripes: [const { OnceLock::new() }; STRIPES], base: Mutex::new([0; COUNTS]) }
    }

    /// Counts one.
    #[inline(always)]
    pub(crate) fn count(&self, what: Count, reader: Reader) {
        let own = reader.number < SHARED;
        let stripe = &self.stripes[reader.number.min(SHARED)];
        let counter = &match stripe.get() {
            Some(stripe) => stripe,
            None => Self::first(stripe),
        }[what as usize];
        if own {
            counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        } else {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What was counted since the last reset.
    pub(crate) fn get(&self, what: Count) -> u64 {
        self.sum(what as usize).saturating_sub(lock(&self.base)[what as usize])
    }

    /// Starts from zero.
    pub(crate) fn reset(&self) {
        let mut base = lock(&self.base);
        for (what, base) in base.iter_mut().enumerate() {
            *base = self.sum(what);
        }
    }

    fn sum(&self, what: usize) -> u64 {
        self.stripes.iter().filter_map(OnceLock::get).map(|stripe| stripe[what].load(Ordering::Relaxed)).sum()
    }

    #[cold]
    fn first(stripe: &OnceLock<Box<Stripe>>) -> &Stripe {
        stripe.get_or_init(Box::default)
    }
}

const STRIPES: usize = SHARED + 1;

/// The stripe of all threads that have none of their own.
const SHARED: usize = 63;
