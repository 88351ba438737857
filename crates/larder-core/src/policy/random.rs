//! Anyone.

use std::hash::{BuildHasher, RandomState};

use super::{Marks, Order, Slot, Touch, members::Members};

/// Every entry is equally likely to leave. O(1), 8 bytes per entry.
#[derive(Debug)]
pub(super) struct Random {
    members: Members,
    /// Of an xorshift generator (Marsaglia, *Xorshift RNGs*, 2003); never 0.
    state: u64,
}

impl Order for Random {
    fn touch(&self) -> Touch {
        Touch::Nothing
    }

    fn insert(&mut self, slot: Slot, _hash: u32, _marks: &dyn Marks) {
        self.members.insert(slot);
    }

    fn replace(&mut self, old: Slot, new: Slot, _marks: &dyn Marks) {
        self.members.exchange(old, new);
    }

    fn remove(&mut self, slot: Slot) {
        self.members.remove(slot);
    }

    fn evict(&mut self, _marks: &dyn Marks) -> Option<Slot> {
        let below = self.members.as_slice().len() as u64;
        let place = ((self.next() >> 32) * below) >> 32;
        let victim = *self.members.as_slice().get(place as usize)?;
        self.members.remove(victim);
        Some(victim)
    }

    fn clear(&mut self) {
        self.members = Members::default();
    }
}

impl Random {
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }
}

impl Default for Random {
    /// Seeded by the process, so that nobody can tell who leaves.
    fn default() -> Self {
        Self { members: Members::default(), state: RandomState::new().hash_one(0) | 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::model::{Marked, Model, check};

    /// Who leaves is one that is there; the driver asserts that.
    #[test]
    fn everyone_leaves_once() {
        check::<Random, Anyone>();
    }

    #[test]
    fn everyone_is_equally_likely() {
        const ENTRIES: u32 = 8;
        const ROUNDS: u32 = 8000;
        let marks = Marked::default();
        let mut random = Random::default();
        (0..ENTRIES).for_each(|slot| random.insert(slot, 0, &marks));
        let mut left = [0; ENTRIES as usize];
        for _ in 0..ROUNDS {
            let victim = random.evict(&marks).unwrap();
            left[victim as usize] += 1;
            random.insert(victim, 0, &marks);
        }
        assert!(left.iter().all(|times| (800..1200).contains(times)), "{left:?}");
    }

    #[derive(Default)]
    struct Anyone;

    impl Model for Anyone {
        fn insert(&mut self, _slot: Slot, _hash: u32) {}
        fn hit(&mut self, _slot: Slot) {}
        fn replace(&mut self, _old: Slot, _new: Slot) {}
        fn remove(&mut self, _slot: Slot) {}
        fn evict(&mut self, _victim: Slot) {}
    }
}
