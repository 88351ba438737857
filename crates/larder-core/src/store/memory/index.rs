//! From a key's hash to the slot of its entry: an open-addressed table that is read without a lock.
//!
//! Linear probing; a cell holds 32 bits of hash beside the slot, so that a probe rarely looks at an entry that is not meant. Deleting moves the
//! cells behind back (Knuth, TAOCP 6.4, algorithm R) and leaves no tombstones. A reader that runs beside a deletion may therefore *miss* a key that
//! is there, and never finds a wrong one, since it compares the key: whoever misses looks again under the lock.

use crate::{
    policy::Slot,
    sync::{AtomicU64, Ordering},
};

/// 32 bits of a key's hash: what tells entries of one shard apart.
pub(crate) type Tag = u32;

/// The table. Writers hold the shard's lock; readers need none.
#[derive(Debug)]
pub(crate) struct Index {
    cells: Box<[AtomicU64]>,
}

impl Index {
    /// A table with room for `entries` at a load of 2/3.
    pub(crate) fn with_room_for(entries: usize) -> Self {
        let cells = entries.max(4).saturating_mul(3).div_ceil(2);
        Self {
            cells: (0..cells).map(|_| AtomicU64::new(EMPTY)).collect(),
        }
    }

    /// How many entries fit.
    pub(crate) fn room(&self) -> usize {
        self.cells.len() * 2 / 3
    }

    /// The slot with this tag for which `is` holds. Cost: about two cells.
    #[inline(always)]
    pub(crate) fn find(&self, tag: Tag, mut is: impl FnMut(Slot) -> bool) -> Option<Slot> {
        let mut at = self.home(tag);
        for _ in 0..self.cells.len() {
            let cell = self.cells[at].load(Ordering::Acquire);
            if cell == EMPTY {
                return None;
            }
            if tag_of(cell) == tag && is(slot_of(cell)) {
                return Some(slot_of(cell));
            }
            at = self.next(at);
        }
        None
    }

    /// Adds a slot. The caller has checked that there is room and that the key is not there.
    pub(crate) fn insert(&self, tag: Tag, slot: Slot) {
        let mut at = self.home(tag);
        while self.cells[at].load(Ordering::Relaxed) != EMPTY {
            at = self.next(at);
        }
        self.cells[at].store(cell(tag, slot), Ordering::Release);
    }

    /// Puts `new` where `old` was.
    pub(crate) fn replace(&self, tag: Tag, old: Slot, new: Slot) {
        let at = self.position(tag, old);
        self.cells[at].store(cell(tag, new), Ordering::Release);
    }

    /// Takes a slot out and closes the gap.
    pub(crate) fn remove(&self, tag: Tag, slot: Slot) {
        let mut gap = self.position(tag, slot);
        let mut at = gap;
        loop {
            at = self.next(at);
            let cell = self.cells[at].load(Ordering::Relaxed);
            if cell == EMPTY {
                break;
            }
            // A cell may move into the gap unless its home lies behind the gap.
            let home = self.home(tag_of(cell));
            if self.distance(home, at) >= self.distance(gap, at) {
                self.cells[gap].store(cell, Ordering::Release);
                gap = at;
            }
        }
        self.cells[gap].store(EMPTY, Ordering::Release);
    }

    /// Cells in the table, full and empty ones.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The slots in the table, in no order.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (Tag, Slot)> + '_ {
        self.slots_in(0..self.cells.len())
    }

    /// The slots in some cells; cells that are not there are empty.
    pub(crate) fn slots_in(&self, cells: std::ops::Range<usize>) -> impl Iterator<Item = (Tag, Slot)> + '_ {
        let end = cells.end.min(self.cells.len());
        self.cells[cells.start.min(end)..end]
            .iter()
            .map(|cell| cell.load(Ordering::Acquire))
            .filter(|cell| *cell != EMPTY)
            .map(|cell| (tag_of(cell), slot_of(cell)))
    }

    /// Where this slot stands. It is there: the shard adds and removes under its lock.
    fn position(&self, tag: Tag, slot: Slot) -> usize {
        let wanted = cell(tag, slot);
        let mut at = self.home(tag);
        loop {
            let found = self.cells[at].load(Ordering::Relaxed);
            if found == wanted {
                return at;
            }
            assert!(found != EMPTY, "a slot of the shard is not in its index");
            at = self.next(at);
        }
    }

    /// Where a tag would stand in an empty table (Lemire's multiply-shift, so that the size need not be a power of two).
    #[inline(always)]
    fn home(&self, tag: Tag) -> usize {
        ((u64::from(tag) * self.cells.len() as u64) >> 32) as usize
    }

    #[inline(always)]
    fn next(&self, at: usize) -> usize {
        if at + 1 == self.cells.len() { 0 } else { at + 1 }
    }

    /// Steps from one cell forward to another.
    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from {
            to - from
        } else {
            to + self.cells.len() - from
        }
    }
}

/// No slot. A cell with slot 0 holds 1 in its lower half, so this is not one.
const EMPTY: u64 = 0;

#[inline(always)]
fn cell(tag: Tag, slot: Slot) -> u64 {
    u64::from(tag) << 32 | (u64::from(slot) + 1)
}

#[inline(always)]
fn tag_of(cell: u64) -> Tag {
    (cell >> 32) as Tag
}

#[inline(always)]
fn slot_of(cell: u64) -> Slot {
    (cell as u32).wrapping_sub(1)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, u32),
        Remove(u8),
        Replace(u8),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        // Few distinct tags, and tags near both ends, so that runs are long and wrap around.
        let tag = prop_oneof![Just(0), Just(1), Just(u32::MAX), Just(u32::MAX - 1), any::<u32>()];
        let step = prop_oneof![
            (any::<u8>(), tag).prop_map(|(slot, tag)| Step::Insert(slot % 60, tag)),
            any::<u8>().prop_map(|slot| Step::Remove(slot % 60)),
            any::<u8>().prop_map(|slot| Step::Replace(slot % 60)),
        ];
        prop::collection::vec(step, 0..200)
    }

    proptest! {
        #[test]
        fn holds_what_a_map_would_hold(steps in steps()) {
            let index = Index::with_room_for(60);
            let mut model = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Insert(slot, tag) => {
                        if !model.contains_key(&u32::from(slot)) {
                            index.insert(tag, slot.into());
                            model.insert(u32::from(slot), tag);
                        }
                    }
                    Step::Remove(slot) => {
                        if let Some(tag) = model.remove(&slot.into()) {
                            index.remove(tag, slot.into());
                        }
                    }
                    Step::Replace(slot) => {
                        if let Some(tag) = model.remove(&slot.into()) {
                            let new = u32::from(slot) + 1_000;
                            index.replace(tag, slot.into(), new);
                            index.replace(tag, new, slot.into());
                            model.insert(slot.into(), tag);
                        }
                    }
                }
                let mut held: Vec<_> = index.slots().map(|(tag, slot)| (slot, tag)).collect();
                held.sort_unstable();
                prop_assert_eq!(held, model.iter().map(|(slot, tag)| (*slot, *tag)).collect::<Vec<_>>());
                for (slot, tag) in &model {
                    prop_assert_eq!(index.find(*tag, |found| found == *slot), Some(*slot));
                }
            }
        }
    }
}
