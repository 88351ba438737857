//! Last in, first out.

use super::{
    Marks, Order, Slot, Touch,
    list::{Links, List},
};

/// The entry that was stored last leaves first: what came early stays. O(1), 8 bytes per entry.
#[derive(Debug, Default)]
pub(super) struct Lifo {
    links: Links,
    stack: List,
}

impl Order for Lifo {
    fn touch(&self) -> Touch {
        Touch::Nothing
    }

    fn insert(&mut self, slot: Slot, _hash: u32, _marks: &dyn Marks) {
        self.stack.push_back(&mut self.links, slot);
    }

    /// A new value does not move its key: the age is the key's.
    fn replace(&mut self, old: Slot, new: Slot, _marks: &dyn Marks) {
        self.stack.exchange(&mut self.links, old, new);
    }

    fn remove(&mut self, slot: Slot) {
        self.stack.unlink(&mut self.links, slot);
    }

    fn evict(&mut self, _marks: &dyn Marks) -> Option<Slot> {
        self.stack.pop_back(&mut self.links)
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::model::{Model, check};

    #[test]
    fn the_youngest_leaves_first() {
        check::<Lifo, Naive>();
    }

    #[derive(Default)]
    struct Naive(Vec<Slot>);

    impl Model for Naive {
        fn insert(&mut self, slot: Slot, _hash: u32) {
            self.0.push(slot);
        }

        fn hit(&mut self, _slot: Slot) {}

        fn replace(&mut self, old: Slot, new: Slot) {
            *self.0.iter_mut().find(|slot| **slot == old).unwrap() = new;
        }

        fn remove(&mut self, slot: Slot) {
            self.0.retain(|other| *other != slot);
        }

        fn evict(&mut self, victim: Slot) {
            assert_eq!(Some(victim), self.0.pop());
        }
    }
}
