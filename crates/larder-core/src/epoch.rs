//! When memory that readers may still look at can be used again.
//!
//! Readers of the memory store take no lock: they *pin* themselves, read, and unpin. A writer unlinks entries, from time to time ends the epoch they
//! were unlinked in, and takes them apart when no reader is pinned that pinned in that epoch or before (epoch-based reclamation: Fraser,
//! "Practical lock-freedom", 2004). A pin writes to the reader's own cache line only.
//!
//! Why it holds: a reader publishes the epoch it saw and *then* reads the index; a writer unlinks, ends the epoch, and *then* looks at the readers;
//! both with a sequentially consistent fence between. So either the writer sees the pin, or the reader does not see the entry.

use crate::sync::{AtomicBool, AtomicU64, AtomicUsize, Ordering, OwnLine, fence, plain};

/// What is read and unlinked apart from the rest: a shard, by its address.
pub(crate) type Place = usize;

/// A moment in the order of retirements.
pub(crate) type Epoch = u64;

/// What ending an epoch tells a writer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horizon {
    /// The epoch that ended: what the writer unlinked before was unlinked in it, or earlier.
    pub(crate) ended: Epoch,
    /// What was unlinked in an epoch before this one is out of every reader's sight.
    pub(crate) safe_before: Epoch,
}

/// The readers of a process and the epoch they live in.
#[derive(Debug)]
pub(crate) struct Domain {
    epoch: OwnLine<AtomicU64>,
    first: [OwnLine<Record>; FIRST],
    more: [plain::OnceLock<Box<[OwnLine<Record>]>>; DOUBLINGS],
    /// Records in use are among `0..known`.
    known: AtomicUsize,
    /// Held by whoever takes a record or gives one back.
    roll: plain::Mutex<()>,
}

/// One reading thread. Handed out to one thread at a time.
#[derive(Debug)]
pub(crate) struct Record {
    /// The epoch this thread pinned in; 0 while it is not reading.
    pinned: AtomicU64,
    /// Where it reads.
    place: AtomicUsize,
    taken: AtomicBool,
}

/// While it lives, nothing that was reachable when it was made is taken apart. A thread's pins end in the reverse of the order they began in: they are
/// variables of functions that call each other.
#[derive(Debug)]
pub(crate) struct Pin<'a> {
    record: &'a Record,
    /// Whether the thread was not pinned before, so that the end of this one ends its reading.
    is_outermost: bool,
}

impl Domain {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self {
            epoch: OwnLine(AtomicU64::new(1)),
            first: [const { OwnLine(Record::new()) }; FIRST],
            more: [const { plain::OnceLock::new() }; DOUBLINGS],
            known: AtomicUsize::new(0),
            roll: plain::Mutex::new(()),
        }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self {
            epoch: OwnLine(AtomicU64::new(1)),
            first: std::array::from_fn(|_| OwnLine(Record::new())),
            more: [const { plain::OnceLock::new() }; DOUBLINGS],
            known: AtomicUsize::new(0),
            roll: plain::Mutex::new(()),
        }
    }

    /// Takes a free record for the calling thread: its number, and the record. Cost: a lock, and linear in the threads that read now.
    pub(crate) fn acquire(&self) -> (usize, &Record) {
        let _roll = plain::lock(&self.roll);
        let known = self.known.load(Ordering::Relaxed);
        let number =
            (0..known).find(|number| !self.record(*number).taken.load(Ordering::Relaxed)).unwrap_or(known);
        let record = self.record(number);
        record.taken.store(true, Ordering::Relaxed);
        // The fence in `collect` orders this with the writer that looks for readers.
        self.known.fetch_max(number + 1, Ordering::SeqCst);
        (number, record)
    }

    /// Gives a record back. The caller holds no pin of it.
    pub(crate) fn release(&self, record: &Record) {
        let _roll = plain::lock(&self.roll);
        record.taken.store(false, Ordering::Relaxed);
        // Writers look at the records up to the last that is taken, however many there were at once.
        let mut known = self.known.load(Ordering::Relaxed);
        while known > 0 && !self.record(known - 1).taken.load(Ordering::Relaxed) {
            known -= 1;
        }
        self.known.store(known, Ordering::SeqCst);
    }

    /// Ends the current epoch for what was unlinked at `place`: readers elsewhere do not hold it back. Cost: linear in the threads that ever read at
    /// once, and a full barrier.
    pub(crate) fn collect(&self, place: Place) -> Horizon {
        let ended = self.epoch.fetch_add(1, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        let mut safe_before = ended + 1;
        for number in 0..self.known.load(Ordering::SeqCst) {
            let record = self.record(number);
            let pinned = record.pinned.load(Ordering::SeqCst);
            // After the epoch: another place by now means that the pin of that epoch has ended.
            if pinned != 0 && [place, EVERYWHERE].contains(&record.place.load(Ordering::SeqCst)) {
                safe_before = safe_before.min(pinned);
            }
        }
        // Pairs with the release in `Pin::drop`: what readers did before unpinning happened before what the caller takes apart.
        fence(Ordering::Acquire);
        Horizon { ended, safe_before }
    }

    fn record(&self, number: usize) -> &Record {
        if let Some(record) = self.first.get(number) {
            return record;
        }
        let rest = number - FIRST;
        let doubling = (rest / FIRST + 1).ilog2() as usize;
        let start = FIRST * ((1 << doubling) - 1);
        let records = self.more[doubling]
            .get_or_init(|| (0..FIRST << doubling).map(|_| OwnLine(Record::new())).collect());
        &records[rest - start]
    }

    /// Pins the thread that owns `record`, for reading at `place`. Cost: two stores and a fence on a cache line of its own.
    #[inline(always)]
    pub(crate) fn pin<'a>(&self, record: &'a Record, place: Place) -> Pin<'a> {
        // Only the owner of a record writes this.
        let is_outermost = record.pinned.load(Ordering::Relaxed) == 0;
        if is_outermost {
            // What was read at the place before is done with for whoever sees this one.
            record.place.store(place, Ordering::Release);
            publish(&record.pinned, self.epoch.load(Ordering::Acquire));
        }
        if !is_outermost && record.place.load(Ordering::Relaxed) != place {
            // Code of the user's that runs during a read reads something else: until that read ends, nothing is taken apart anywhere.
            record.place.swap(EVERYWHERE, Ordering::SeqCst);
            fence(Ordering::SeqCst);
        }
        Pin { record, is_outermost }
    }
}

/// Writes the epoch and makes sure that everybody could see it before anything is read.
#[inline(always)]
fn publish(pinned: &AtomicU64, epoch: Epoch) {
    if cfg!(all(target_arch = "x86_64", not(loom))) {
        // An exchange is a full barrier on this processor, at half the price of a store and `mfence`; the compiler is told so.
        pinned.swap(epoch, Ordering::SeqCst);
        std::sync::atomic::compiler_fence(Ordering::SeqCst);
    } else {
        pinned.store(epoch, Ordering::Release);
        fence(Ordering::SeqCst);
    }
}

impl Record {
    #[cfg(not(loom))]
    const fn new() -> Self {
        Self { pinned: AtomicU64::new(0), place: AtomicUsize::new(EVERYWHERE), taken: AtomicBool::new(false) }
    }

    #[cfg(loom)]
    fn new() -> Self {
        Self { pinned: AtomicU64::new(0), place: AtomicUsize::new(EVERYWHERE), taken: AtomicBool::new(false) }
    }
}

impl Drop for Pin<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_outermost {
            self.record.pinned.store(0, Ordering::Release);
        }
    }
}

/// A reader that may be at any place.
const EVERYWHERE: Place = 0;

/// Records that need no allocation.
const FIRST: usize = if cfg!(loom) { 3 } else { 32 };

/// Each further block of records is twice as large as the one before.
const DOUBLINGS: usize = 24;

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_was_unlinked_under_a_pin_is_not_safe_until_it_ends() {
        let domain = Domain::new();
        let (_, reader) = domain.acquire();
        let pin = domain.pin(reader, 8);
        let unlinked = domain.collect(8);
        assert!(unlinked.safe_before <= unlinked.ended);
        assert!(domain.collect(8).safe_before <= unlinked.ended);
        drop(pin);
        assert!(domain.collect(8).safe_before > unlinked.ended);
    }

    #[test]
    fn without_readers_it_is_safe_at_once_and_a_later_pin_does_not_hold_it_back() {
        let domain = Domain::new();
        let (_, reader) = domain.acquire();
        let unlinked = domain.collect(8);
        assert!(unlinked.safe_before > unlinked.ended);
        let _pin = domain.pin(reader, 8);
        assert!(domain.collect(8).safe_before > unlinked.ended);
    }

    #[test]
    fn pins_nest() {
        let domain = Domain::new();
        let (_, reader) = domain.acquire();
        let outer = domain.pin(reader, 8);
        let unlinked = domain.collect(8);
        drop(domain.pin(reader, 8));
        assert!(domain.collect(8).safe_before <= unlinked.ended);
        drop(outer);
        assert!(domain.collect(8).safe_before > unlinked.ended);
    }

    #[test]
    fn a_reader_holds_back_only_the_place_it_reads_at() {
        let domain = Domain::new();
        let (_, reader) = domain.acquire();
        let outer = domain.pin(reader, 8);
        let elsewhere = domain.collect(16);
        assert!(elsewhere.safe_before > elsewhere.ended);
        // a read inside the read, at another place: now both are held back, and everything else with them
        let inner = domain.pin(reader, 16);
        for place in [8, 16, 24] {
            let unlinked = domain.collect(place);
            assert!(unlinked.safe_before <= unlinked.ended);
        }
        drop(inner);
        drop(outer);
        for place in [8, 16, 24] {
            let unlinked = domain.collect(place);
            assert!(unlinked.safe_before > unlinked.ended);
        }
    }

    #[test]
    fn records_are_used_again_and_there_is_one_for_every_thread() {
        let domain = Domain::new();
        let taken: Vec<_> = (0..3 * FIRST).map(|_| domain.acquire()).collect();
        let numbers: Vec<_> = taken.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (0..3 * FIRST).collect::<Vec<_>>());
        domain.release(taken[5].1);
        assert_eq!(domain.acquire().0, 5);
    }
}
