//! How much there may be, how much there is, and when to look again.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::clock::Deadline;

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
}

impl Bounds {
    /// What is left after a sweep that had to evict, so that the next write does not sweep again.
    pub(crate) fn after_eviction(self) -> Self {
        Self { entries: self.entries - self.entries / SHARE, bytes: self.bytes - self.bytes / SHARE }
    }
}

/// How much there is, as far as this process knows; too much rather than too little.
#[derive(Debug)]
pub(crate) struct Tally {
    entries: Count,
    bytes: Count,
    /// Written since the last sweep.
    writes: AtomicU64,
    written: AtomicU64,
    /// Held by who sweeps.
    sweeping: Mutex<()>,
    /// When one looks again at the latest.
    next: Mutex<Deadline>,
    is_asked_for: AtomicBool,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            entries: Count::default(),
            bytes: Count::default(),
            writes: AtomicU64::new(0),
            written: AtomicU64::new(0),
            sweeping: Mutex::default(),
            next: Deadline::after(OFTEN).into(),
            is_asked_for: AtomicBool::new(false),
        }
    }

    /// A file of this length took the place of one of that length.
    pub(crate) fn replaced(&self, new: u64, old: Option<u64>) {
        self.bytes.add(new);
        match old {
            Some(old) => self.bytes.remove(old),
            None => self.entries.add(1),
        }
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.written.fetch_add(new, Ordering::Relaxed);
    }

    pub(crate) fn removed(&self, length: u64) {
        self.entries.remove(1);
        self.bytes.remove(length);
    }

    /// Whether there is too much.
    pub(crate) fn exceeds(&self, bounds: Bounds) -> bool {
        self.entries.now() > bounds.entries || self.bytes.now() > bounds.bytes
    }

    /// Whether it is time to look, since others may have written, and time has passed for what is there.
    pub(crate) fn is_due(&self, bounds: Bounds) -> bool {
        self.writes.load(Ordering::Relaxed) > (bounds.entries / SHARE).max(FEW)
            || self.written.load(Ordering::Relaxed) > bounds.bytes / SHARE
            || lock(&self.next).is_over()
    }

    pub(crate) fn entries(&self) -> u64 {
        self.entries.now()
    }

    /// Whether a sweep on another thread is to be asked for: one that was asked for and has not begun will do.
    pub(crate) fn ask_for_sweep(&self) -> bool {
        !self.is_asked_for.swap(true, Ordering::AcqRel)
    }

    /// Waits until no other thread sweeps.
    pub(crate) fn begin_sweep(&self) -> Sweeping<'_> {
        self.begun(lock(&self.sweeping))
    }

    /// The same unless another thread sweeps.
    pub(crate) fn try_begin_sweep(&self) -> Option<Sweeping<'_>> {
        match self.sweeping.try_lock() {
            Ok(alone) => Some(self.begun(alone)),
            Err(TryLockError::Poisoned(alone)) => Some(self.begun(alone.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn begun<'a>(&'a self, alone: MutexGuard<'a, ()>) -> Sweeping<'a> {
        self.is_asked_for.store(false, Ordering::Release);
        self.writes.store(0, Ordering::Relaxed);
        self.written.store(0, Ordering::Relaxed);
        *lock(&self.next) = Deadline::after(OFTEN);
        Sweeping { tally: self, added: (self.entries.added(), self.bytes.added()), _alone: alone }
    }
}

/// A sweep at work.
#[derive(Debug)]
pub(crate) struct Sweeping<'a> {
    tally: &'a Tally,
    added: (i64, i64),
    _alone: MutexGuard<'a, ()>,
}

impl Sweeping<'_> {
    /// Corrects the tally by what is there after the sweep.
    pub(crate) fn found(&self, entries: u64, bytes: u64) {
        self.tally.entries.correct(entries, self.added.0);
        self.tally.bytes.correct(bytes, self.added.1);
    }
}

/// What was found, and what was added and removed since.
#[derive(Debug, Default)]
struct Count {
    base: AtomicI64,
    added: AtomicI64,
    removed: AtomicI64,
}

impl Count {
    fn now(&self) -> u64 {
        let [base, added, removed] =
            [&self.base, &self.added, &self.removed].map(|part| part.load(Ordering::Relaxed));
        (base + added - removed).try_into().unwrap_or(0)
    }

    fn added(&self) -> i64 {
        self.added.load(Ordering::Relaxed)
    }

    fn add(&self, count: u64) {
        self.added.fetch_add(signed(count), Ordering::Relaxed);
    }

    fn remove(&self, count: u64) {
        self.removed.fetch_add(signed(count), Ordering::Relaxed);
    }

    /// What was added since `added` counts beside what was found, and what was removed until now does not, since it may not have been found: rather too much
    /// than too little.
    fn correct(&self, found: u64, added: i64) {
        self.base.store(signed(found) - added + self.removed.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which part of a bound may be written before one looks again, and is made free by an eviction.
const SHARE: u64 = 16;

/// So many writes are always allowed before one looks again.
const FEW: u64 = 16;

/// How often expired files are looked for while anything is written.
const OFTEN: Duration = Duration::from_secs(600);

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { entries: 100, bytes: 1_000 };

    #[test]
    fn writes_and_removals_are_counted() {
        let tally = Tally::new();
        tally.replaced(600, None);
        tally.replaced(500, None);
        assert!(tally.exceeds(BOUNDS), "1,100 bytes");
        tally.replaced(100, Some(600));
        assert!(!tally.exceeds(BOUNDS), "600 bytes");
        tally.removed(500);
        assert_eq!((tally.entries(), tally.bytes.now()), (1, 100));
    }

    #[test]
    fn a_sweep_corrects_and_what_happens_meanwhile_counts_rather_twice_than_never() {
        let tally = Tally::new();
        (0..30).for_each(|_| tally.replaced(1, None));
        let sweeping = tally.begin_sweep();
        tally.replaced(10, None);
        tally.removed(1);
        sweeping.found(50, 500);
        drop(sweeping);
        assert_eq!((tally.entries(), tally.bytes.now()), (51, 510));
        tally.removed(10);
        assert_eq!((tally.entries(), tally.bytes.now()), (50, 500));
    }

    #[test]
    fn one_looks_again_after_a_sixteenth() {
        let tally = Tally::new();
        (0..16).for_each(|_| tally.replaced(1, Some(1)));
        assert!(!tally.is_due(BOUNDS));
        tally.replaced(1, Some(1));
        assert!(tally.is_due(BOUNDS), "17 writes");
        drop(tally.begin_sweep());
        assert!(!tally.is_due(BOUNDS));
        tally.replaced(63, Some(63));
        assert!(tally.is_due(BOUNDS), "63 bytes");
    }

    #[test]
    fn one_thread_sweeps_at_a_time_and_one_is_asked_to() {
        let tally = Tally::new();
        assert!(tally.ask_for_sweep() && !tally.ask_for_sweep());
        let sweeping = tally.begin_sweep();
        assert!(tally.try_begin_sweep().is_none());
        assert!(tally.ask_for_sweep(), "the one at work may have passed by already");
        drop(sweeping);
        assert!(tally.try_begin_sweep().is_some());
    }
}
