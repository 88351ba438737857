//! How much there may be, how much there is, and when to look again.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
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

/// How much there is, as far as this process knows.
#[derive(Debug)]
pub(crate) struct Tally {
    entries: AtomicI64,
    bytes: AtomicI64,
    /// Written since the last sweep.
    writes: AtomicU64,
    written: AtomicU64,
    is_sweeping: AtomicBool,
    is_asked_for: AtomicBool,
    swept: Mutex<Deadline>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            entries: AtomicI64::new(0),
            bytes: AtomicI64::new(0),
            writes: AtomicU64::new(0),
            written: AtomicU64::new(0),
            is_sweeping: AtomicBool::new(false),
            is_asked_for: AtomicBool::new(false),
            swept: Deadline::after(OFTEN).into(),
        }
    }

    /// A file of this length took the place of one of that length.
    pub(crate) fn replaced(&self, new: u64, old: Option<u64>) {
        self.entries.fetch_add(i64::from(old.is_none()), Ordering::Relaxed);
        self.bytes.fetch_add(difference(new, old.unwrap_or(0)), Ordering::Relaxed);
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.written.fetch_add(new, Ordering::Relaxed);
    }

    pub(crate) fn removed(&self, length: u64) {
        self.entries.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_add(difference(0, length), Ordering::Relaxed);
    }

    /// Whether there is too much.
    pub(crate) fn exceeds(&self, bounds: Bounds) -> bool {
        let exceeds =
            |is: &AtomicI64, most: u64| u64::try_from(is.load(Ordering::Relaxed)).is_ok_and(|is| is > most);
        exceeds(&self.entries, bounds.entries) || exceeds(&self.bytes, bounds.bytes)
    }

    /// Whether the directory has to be looked through: there is too much, or it was not looked at for long and others may have written.
    pub(crate) fn is_due(&self, bounds: Bounds) -> bool {
        self.exceeds(bounds)
            || self.writes.load(Ordering::Relaxed) > (bounds.entries / SHARE).max(FEW)
            || self.written.load(Ordering::Relaxed) > bounds.bytes / SHARE
            || lock(&self.swept).is_over()
    }

    pub(crate) fn entries(&self) -> u64 {
        self.entries.load(Ordering::Relaxed).try_into().unwrap_or(0)
    }

    /// Whether a sweep on another thread is to be asked for: one that was asked for and has not begun will do.
    pub(crate) fn ask_for_sweep(&self) -> bool {
        !self.is_asked_for.swap(true, Ordering::AcqRel)
    }

    /// Lets one thread sweep at a time: `None` if another one does.
    pub(crate) fn begin_sweep(&self) -> Option<Sweeping<'_>> {
        self.is_asked_for.store(false, Ordering::Release);
        let is_busy = self.is_sweeping.swap(true, Ordering::Acquire);
        (!is_busy).then(|| {
            self.writes.store(0, Ordering::Relaxed);
            self.written.store(0, Ordering::Relaxed);
            *lock(&self.swept) = Deadline::after(OFTEN);
            Sweeping { tally: self, before: self.now() }
        })
    }

    fn now(&self) -> (i64, i64) {
        (self.entries.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }
}

/// A sweep at work.
#[derive(Debug)]
pub(crate) struct Sweeping<'a> {
    tally: &'a Tally,
    before: (i64, i64),
}

impl Sweeping<'_> {
    /// Corrects the tally by what was found and left there. What was written or removed meanwhile may count twice, until the next sweep.
    pub(crate) fn found(&self, entries: u64, bytes: u64) {
        let set = |is: &AtomicI64, found: u64, before: i64| {
            is.fetch_add(i64::try_from(found).unwrap_or(i64::MAX).saturating_sub(before), Ordering::Relaxed)
        };
        set(&self.tally.entries, entries, self.before.0);
        set(&self.tally.bytes, bytes, self.before.1);
    }
}

impl Drop for Sweeping<'_> {
    fn drop(&mut self) {
        self.tally.is_sweeping.store(false, Ordering::Release);
    }
}

fn lock(swept: &Mutex<Deadline>) -> MutexGuard<'_, Deadline> {
    swept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn difference(new: u64, old: u64) -> i64 {
    i64::try_from(i128::from(new) - i128::from(old)).unwrap_or(i64::MAX)
}

/// Which part of a bound may be written before one looks again, and is made free by an eviction.
const SHARE: u64 = 16;

/// So many writes are always allowed before one looks again.
const FEW: u64 = 16;

/// How often expired files are looked for while anything is written.
const OFTEN: Duration = Duration::from_secs(600);
