//! Most recently used.

use super::{Marks, Order, Slot, Touch, members::Members};

/// The entry that was used last leaves first, which suits endless loops over more than fits.
///
/// Who was used last is not known before it is asked for, because hits do not call the policy: evicting reads the marks of all entries of the
/// shard. 8 bytes per entry.
#[derive(Debug, Default)]
pub(super) struct Mru {
    members: Members,
}

impl Order for Mru {
    fn touch(&self) -> Touch {
        Touch::Stamp
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

    fn evict(&mut self, marks: &dyn Marks) -> Option<Slot> {
        let stamped = self.members.as_slice().iter().map(|slot| (marks.get(*slot), *slot));
        let (_, victim) =
            stamped.reduce(|last, other| if is_later(other.0, last.0) { other } else { last })?;
        self.members.remove(victim);
        Some(victim)
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Stamps wrap: the later of two is the one less than half the circle ahead.
fn is_later(stamp: u32, than: u32) -> bool {
    (stamp.wrapping_sub(than) as i32) > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::model::{Model, check};

    #[test]
    fn the_last_used_leaves_first() {
        check::<Mru, Naive>();
    }

    #[test]
    fn stamps_may_wrap() {
        assert!(is_later(3, u32::MAX - 3));
        assert!(!is_later(u32::MAX - 3, 3));
    }

    /// The last used is at the back.
    #[derive(Default)]
    struct Naive(Vec<Slot>);

    impl Model for Naive {
        fn insert(&mut self, slot: Slot, _hash: u32) {
            self.0.push(slot);
        }

        fn hit(&mut self, slot: Slot) {
            self.remove(slot);
            self.0.push(slot);
        }

        fn replace(&mut self, old: Slot, new: Slot) {
            self.remove(old);
            self.0.push(new);
        }

        fn remove(&mut self, slot: Slot) {
            self.0.retain(|other| *other != slot);
        }

        fn evict(&mut self, victim: Slot) {
            assert_eq!(Some(victim), self.0.pop());
        }
    }
}
