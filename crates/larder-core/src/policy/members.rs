//! A set of slots without an order: all operations are O(1), and the slots lie side by side.

use super::{Slot, list::reach};

/// The slots of one shard; 8 bytes each.
#[derive(Debug, Default)]
pub(super) struct Members {
    slots: Vec<Slot>,
    /// Where in `slots` each slot is.
    places: Vec<u32>,
}

impl Members {
    pub(super) fn insert(&mut self, slot: Slot) {
        reach(&mut self.places, slot, 0);
        self.places[slot as usize] = self.slots.len() as u32;
        self.slots.push(slot);
    }

    /// Takes out a slot that is in the set; the last one moves into its place.
    pub(super) fn remove(&mut self, slot: Slot) {
        let place = self.places[slot as usize] as usize;
        self.slots.swap_remove(place);
        if let Some(moved) = self.slots.get(place) {
            self.places[*moved as usize] = place as u32;
        }
    }

    /// Puts `new` where `old` is, and takes `old` out.
    pub(super) fn exchange(&mut self, old: Slot, new: Slot) {
        reach(&mut self.places, new, 0);
        let place = self.places[old as usize];
        self.places[new as usize] = place;
        self.slots[place as usize] = new;
    }

    pub(super) fn as_slice(&self) -> &[Slot] {
        &self.slots
    }
}
