//! Doubly linked lists over slots: several queues share one pair of index arrays.

use super::Slot;

/// The end of a list, and the neighbour of a slot that has none.
const NONE: Slot = Slot::MAX;

/// The neighbours of every slot, 8 bytes each; grown to the highest slot seen.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// `(previous, next)` by slot: one cache line serves both.
    slots: Vec<(Slot, Slot)>,
}

impl Links {
    /// The slot nearer to the back.
    pub(super) fn next(&self, slot: Slot) -> Option<Slot> {
        some(self.slots[slot as usize].1)
    }

    fn entry(&mut self, slot: Slot) -> &mut (Slot, Slot) {
        &mut self.slots[slot as usize]
    }

    fn reserve(&mut self, slot: Slot) {
        reach(&mut self.slots, slot, (NONE, NONE));
    }
}

/// One queue. A slot is in at most one list at a time; all operations are O(1).
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    front: Slot,
    back: Slot,
    len: usize,
}

impl Default for List {
    fn default() -> List {
        List::new()
    }
}

impl List {
    pub(super) const fn new() -> List {
        List { front: NONE, back: NONE, len: 0 }
    }

    pub(super) fn push_back(&mut self, links: &mut Links, slot: Slot) {
        links.reserve(slot);
        *links.entry(slot) = (self.back, NONE);
        match some(self.back) {
            Some(back) => links.entry(back).1 = slot,
            None => self.front = slot,
        }
        self.back = slot;
        self.len += 1;
    }

    /// Takes a slot that is in this list out of it.
    pub(super) fn unlink(&mut self, links: &mut Links, slot: Slot) {
        let (previous, next) = *links.entry(slot);
        match some(previous) {
            Some(previous) => links.entry(previous).1 = next,
            None => self.front = next,
        }
        match some(next) {
            Some(next) => links.entry(next).0 = previous,
            None => self.back = previous,
        }
        self.len -= 1;
    }

    /// Puts `new` where `old` is, and takes `old` out.
    pub(super) fn exchange(&mut self, links: &mut Links, old: Slot, new: Slot) {
        links.reserve(new);
        let (previous, next) = *links.entry(old);
        *links.entry(new) = (previous, next);
        match some(previous) {
            Some(previous) => links.entry(previous).1 = new,
            None => self.front = new,
        }
        match some(next) {
            Some(next) => links.entry(next).0 = new,
            None => self.back = new,
        }
    }

    pub(super) fn pop_front(&mut self, links: &mut Links) -> Option<Slot> {
        let front = some(self.front)?;
        self.unlink(links, front);
        Some(front)
    }

    pub(super) fn pop_back(&mut self, links: &mut Links) -> Option<Slot> {
        let back = some(self.back)?;
        self.unlink(links, back);
        Some(back)
    }

    /// Moves the front to the back: the second chance of a clock.
    pub(super) fn rotate(&mut self, links: &mut Links) {
        if let Some(front) = self.pop_front(links) {
            self.push_back(links, front);
        }
    }

    pub(super) fn front(&self) -> Option<Slot> {
        some(self.front)
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Grows what is kept by slot until it holds this one. By a thirty-second part, not twofold as `Vec` would: this memory is counted in bytes per entry.
pub(super) fn reach<T: Clone>(by_slot: &mut Vec<T>, slot: Slot, empty: T) {
    let needed = slot as usize + 1;
    if needed > by_slot.len() {
        if needed > by_slot.capacity() {
            by_slot.reserve_exact(needed - by_slot.len() + by_slot.len() / 32 + 8);
        }
        by_slot.resize(needed, empty);
    }
}

fn some(slot: Slot) -> Option<Slot> {
    (slot != NONE).then_some(slot)
}
