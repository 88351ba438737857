//! Least frequently used.

use super::{
    Marks, Order, Slot, Touch,
    list::{Links, List, reach},
};

/// The entry with the fewest uses leaves first; of several, the one that has had so many for longest. Counts end at 255 and never sink.
///
/// An entry is listed under the uses it had when it was last looked at. At the front of the lowest list that may have become more: then it moves
/// up, which a hit has paid for. O(1), 9 bytes per entry.
#[derive(Debug, Default)]
pub(super) struct Lfu {
    links: Links,
    /// By uses, up to the most that were seen.
    lists: Vec<List>,
    uses: Vec<u8>,
    /// No list below this one has entries.
    lowest: usize,
}

impl Order for Lfu {
    fn touch(&self) -> Touch {
        Touch::Count { max: u32::from(u8::MAX) }
    }

    fn insert(&mut self, slot: Slot, _hash: u32, marks: &dyn Marks) {
        self.file(slot, marks.get(slot));
    }

    fn replace(&mut self, old: Slot, new: Slot, marks: &dyn Marks) {
        self.remove(old);
        marks.set(new, (marks.get(new) + 1).min(u32::from(u8::MAX)));
        self.file(new, marks.get(new));
    }

    fn remove(&mut self, slot: Slot) {
        let uses = self.uses[slot as usize];
        self.lists[usize::from(uses)].unlink(&mut self.links, slot);
    }

    fn evict(&mut self, marks: &dyn Marks) -> Option<Slot> {
        loop {
            let Some(slot) = self.lists.get_mut(self.lowest)?.pop_front(&mut self.links) else {
                self.lowest += 1;
                continue;
            };
            let uses = marks.get(slot);
            if uses as usize <= self.lowest {
                return Some(slot);
            }
            self.file(slot, uses);
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Lfu {
    fn file(&mut self, slot: Slot, uses: u32) {
        let uses = uses.min(u32::from(u8::MAX)) as u8;
        reach(&mut self.uses, slot, 0);
        reach(&mut self.lists, Slot::from(uses), List::new());
        self.uses[slot as usize] = uses;
        self.lists[usize::from(uses)].push_back(&mut self.links, slot);
        self.lowest = self.lowest.min(usize::from(uses));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::model::{Model, check};

    #[test]
    fn the_least_used_leaves_first() {
        check::<Lfu, Naive>();
    }

    /// Each slot with its uses, in order of arrival.
    #[derive(Default)]
    struct Naive(Vec<(Slot, u32)>);

    impl Model for Naive {
        fn insert(&mut self, slot: Slot, _hash: u32) {
            self.0.push((slot, 0));
        }

        fn hit(&mut self, slot: Slot) {
            self.0.iter_mut().find(|entry| entry.0 == slot).unwrap().1 += 1;
        }

        fn replace(&mut self, old: Slot, new: Slot) {
            self.hit(old);
            let at = self.0.iter().position(|entry| entry.0 == old).unwrap();
            let (_, uses) = self.0.remove(at);
            self.0.push((new, uses));
        }

        fn remove(&mut self, slot: Slot) {
            self.0.retain(|entry| entry.0 != slot);
        }

        /// Among unused entries the first that came; among others of the same count, any.
        fn evict(&mut self, victim: Slot) {
            let least = *self.0.iter().min_by_key(|entry| entry.1).unwrap();
            let uses = self.0.iter().find(|entry| entry.0 == victim).unwrap().1;
            assert_eq!(uses, least.1);
            assert!(uses > 0 || victim == least.0, "{victim} came after {}", least.0);
            self.remove(victim);
        }
    }
}
