//! SIEVE.

use super::{
    Marks, Order, Slot, Touch,
    list::{Links, List},
};

/// One queue in order of arrival, and a hand that walks from the oldest to the newest: who was used since it last came by is spared and stays where
/// it is, the first that was not leaves.
///
/// Zhang, Yang, Yue, Vigfusson and Rashmi, *SIEVE is simpler than LRU: an efficient turn-key eviction algorithm for web caches*, NSDI 2024. O(1),
/// amortised over the hits; 8 bytes per entry.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    links: Links,
    queue: List,
    /// Whom it looks at next; nobody: the oldest.
    hand: Option<Slot>,
}

impl Order for Sieve {
    fn touch(&self) -> Touch {
        Touch::Count { max: USED }
    }

    fn insert(&mut self, slot: Slot, _hash: u32, _marks: &dyn Marks) {
        self.queue.push_back(&mut self.links, slot);
    }

    fn replace(&mut self, old: Slot, new: Slot, marks: &dyn Marks) {
        self.queue.exchange(&mut self.links, old, new);
        if self.hand == Some(old) {
            self.hand = Some(new);
        }
        marks.set(new, USED);
    }

    fn remove(&mut self, slot: Slot) {
        if self.hand == Some(slot) {
            self.hand = self.links.next(slot);
        }
        self.queue.unlink(&mut self.links, slot);
    }

    fn evict(&mut self, marks: &dyn Marks) -> Option<Slot> {
        loop {
            let slot = self.hand.or(self.queue.front())?;
            self.hand = self.links.next(slot);
            if marks.get(slot) != USED {
                self.queue.unlink(&mut self.links, slot);
                return Some(slot);
            }
            marks.set(slot, 0);
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

const USED: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::model::{Model, check};

    #[test]
    fn the_first_unused_before_the_hand_leaves() {
        check::<Sieve, Naive>();
    }

    /// Each slot and whether it was used, the oldest first; and where the hand is.
    #[derive(Default)]
    struct Naive {
        queue: Vec<(Slot, bool)>,
        hand: usize,
    }

    impl Naive {
        fn at(&self, slot: Slot) -> usize {
            self.queue.iter().position(|entry| entry.0 == slot).unwrap()
        }
    }

    impl Model for Naive {
        fn insert(&mut self, slot: Slot, _hash: u32) {
            // A hand that had passed the newest starts again, even if another comes before it is needed.
            self.hand %= self.queue.len().max(1);
            self.queue.push((slot, false));
        }

        fn hit(&mut self, slot: Slot) {
            let at = self.at(slot);
            self.queue[at].1 = true;
        }

        fn replace(&mut self, old: Slot, new: Slot) {
            let at = self.at(old);
            self.queue[at] = (new, true);
        }

        fn remove(&mut self, slot: Slot) {
            let at = self.at(slot);
            self.queue.remove(at);
            self.hand -= usize::from(at < self.hand);
        }

        fn evict(&mut self, victim: Slot) {
            self.hand %= self.queue.len();
            while std::mem::take(&mut self.queue[self.hand].1) {
                self.hand = (self.hand + 1) % self.queue.len();
            }
            assert_eq!(victim, self.queue.remove(self.hand).0);
        }
    }
}
