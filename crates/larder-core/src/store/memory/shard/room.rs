//! Room for a new entry: who has to leave for it, and the slot it gets.
#![deny(unsafe_code)]

use super::{Judge, Locked, MarksOf, Shard};
use crate::{
    epoch::Domain,
    policy::Slot,
    store::memory::{Cause, Left, Standing},
};

impl<K, V, X> Shard<K, V, X> {
    /// A free slot, with everything gone that the bounds do not allow beside the new entry.
    pub(super) fn make_room(
        &self,
        locked: &mut Locked<K, V, X>,
        weight: u64,
        old: &mut Option<Slot>,
        judge: &Judge<'_>,
        domain: &Domain,
        left: &mut Left<K, V>,
    ) -> Option<Slot> {
        if weight > locked.max_weight || locked.capacity == 0 {
            return None;
        }
        self.drop_expired_at_cursor(locked, judge, *old);
        if weight > locked.max_weight - locked.weight {
            // The new value may need more room than the old one leaves.
            if let Some(old) = old.take() {
                self.remove(locked, old, Cause::Replaced);
            }
            while weight > locked.max_weight - locked.weight {
                self.evict(locked, Cause::Weight);
            }
        }
        while old.is_none() && locked.len >= locked.capacity {
            self.evict(locked, Cause::Count);
        }
        self.take_slot(locked, domain, left)
    }

    /// Changes the bounds; what is over them leaves at once.
    pub(crate) fn resize(&self, locked: &mut Locked<K, V, X>, capacity: usize, max_weight: u64) {
        locked.capacity = capacity;
        locked.max_weight = max_weight;
        while locked.len > locked.capacity {
            self.evict(locked, Cause::Count);
        }
        while locked.weight > locked.max_weight {
            self.evict(locked, Cause::Weight);
        }
    }

    /// Lets the policy choose who leaves.
    fn evict(&self, locked: &mut Locked<K, V, X>, cause: Cause) {
        let victim = locked.order.evict(&MarksOf(&self.entries));
        // A policy that knows of nobody would have lost an entry; rather than spin, fail where it can be seen.
        let victim = victim.expect("a policy knows every entry of its shard");
        self.unlink(locked, victim, cause);
    }

    /// Looks at one chain of the index in turn, so that expired entries leave even where no maintenance thread runs.
    #[inline]
    fn drop_expired_at_cursor(&self, locked: &mut Locked<K, V, X>, judge: &Judge<'_>, spare: Option<Slot>) {
        let index = self.index(locked);
        let cursor = if locked.cursor < index.len() { locked.cursor } else { 0 };
        locked.cursor = cursor + 1;
        if let Some(next) = index.first(cursor + 1) {
            // For the next insertion: waiting for memory here measured some 15 ns.
            self.entries.prefetch(next);
        }
        for slot in index.chain(cursor, &self.entries) {
            let cause = match self.judge(self.entry(locked, slot), self.life(locked, slot), judge) {
                Standing::Valid | Standing::Stale { .. } => continue,
                Standing::Expired => Cause::Expired,
                Standing::Invalidated => Cause::Removed,
            };
            if Some(slot) != spare {
                return self.remove(locked, slot, cause);
            }
        }
    }

    fn take_slot(
        &self,
        locked: &mut Locked<K, V, X>,
        domain: &Domain,
        left: &mut Left<K, V>,
    ) -> Option<Slot> {
        if let Some(slot) = locked.free.pop() {
            return Some(slot);
        }
        let wanted = slots_for(locked.capacity);
        if locked.made >= wanted {
            self.reclaim(locked, domain, left);
            if let Some(slot) = locked.free.pop() {
                return Some(slot);
            }
        }
        // A reader stands still in the middle of a read, so nothing that left can be taken apart: more places, up to twice as many.
        if locked.made < most_slots_for(locked.capacity) {
            let slot =
                self.entries.reserve(locked.high, wanted.checked_sub(locked.made).unwrap_or(usize::MAX));
            locked.made += 1;
            locked.high = slot + 1;
            return Some(slot);
        }
        None
    }
}

/// Slots for `capacity` live entries: some more for those that left and may still be read.
fn slots_for(capacity: usize) -> usize {
    capacity.saturating_add(capacity / 1024).saturating_add(SPARE).min(MOST_SLOTS)
}

/// When even these are used up, new values are not kept until a reader moves on, so that memory stays bounded.
fn most_slots_for(capacity: usize) -> usize {
    slots_for(capacity).saturating_add(capacity.max(LEAST_RESERVE)).min(MOST_SLOTS)
}

const MOST_SLOTS: usize = Slot::MAX as usize - 1;
const LEAST_RESERVE: usize = 65_536;

/// The places that a shard has in any case.
pub(super) const SPARE: usize = 32;
