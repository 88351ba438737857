//! Least recently used.

use super::{
    Marks, Order, Slot, Touch,
    list::{Links, List, reach},
};

/// The entry whose last use is longest ago leaves first, exactly.
///
/// Hits only stamp the entry, so what is known here is how old an entry was when it was last looked at: a lower bound of its stamp. The bounds
/// are kept in a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, *Faster algorithms for the shortest path problem*, J. ACM 1990): a list for
/// every digit in which a stamp can first differ from that of the last victim. An entry moves only to lower digits, or because it was hit:
/// amortised, at most eight moves and one for each hit. 12 bytes per entry, and 2 KiB.
#[derive(Debug)]
pub(super) struct Lru {
    links: Links,
    /// The lists of each digit, by its value there.
    levels: [[List; RADIX]; LEVELS],
    /// Which of them are not empty, one bit for each list.
    occupied: [u16; LEVELS],
    stamps: Vec<u32>,
    /// No entry has an older stamp.
    floor: u32,
}

impl Order for Lru {
    fn touch(&self) -> Touch {
        Touch::Stamp
    }

    fn insert(&mut self, slot: Slot, _hash: u32, marks: &dyn Marks) {
        reach(&mut self.stamps, slot, 0);
        self.file(slot, marks.get(slot));
    }

    fn replace(&mut self, old: Slot, new: Slot, marks: &dyn Marks) {
        self.remove(old);
        self.insert(new, 0, marks);
    }

    fn remove(&mut self, slot: Slot) {
        let (level, value) = self.place(self.stamps[slot as usize]);
        self.take(level, value, slot);
    }

    fn evict(&mut self, marks: &dyn Marks) -> Option<Slot> {
        loop {
            let (level, value) = self.oldest()?;
            self.floor = floor_of(self.floor, level, value);
            while let Some(slot) = self.levels[level][value].front() {
                self.take(level, value, slot);
                let stamp = marks.get(slot);
                if level == 0 && stamp == self.floor {
                    return Some(slot);
                }
                // Never into the list it comes from: the floor has this very digit now.
                self.file(slot, stamp);
            }
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Lru {
    fn file(&mut self, slot: Slot, stamp: u32) {
        let (level, value) = self.place(stamp);
        self.stamps[slot as usize] = stamp;
        self.levels[level][value].push_back(&mut self.links, slot);
        self.occupied[level] |= 1 << value;
    }

    fn take(&mut self, level: usize, value: usize, slot: Slot) {
        let list = &mut self.levels[level][value];
        list.unlink(&mut self.links, slot);
        self.occupied[level] &= !(u16::from(list.is_empty()) << value);
    }

    /// The list with the lowest stamps: that of the lowest digit, and there the first value from the floor's on, for stamps wrap.
    fn oldest(&self) -> Option<(usize, usize)> {
        let level = self.occupied.iter().position(|occupied| *occupied != 0)?;
        let start = digit(self.floor, level);
        let ahead = self.occupied[level].rotate_right(start as u32).trailing_zeros() as usize;
        Some((level, (start + ahead) % RADIX))
    }

    /// The highest digit in which a stamp differs from the floor, and its value there.
    fn place(&self, stamp: u32) -> (usize, usize) {
        let difference = (stamp ^ self.floor) | 1;
        let level = (difference.ilog2() / BITS) as usize;
        (level, digit(stamp, level))
    }
}

impl Default for Lru {
    fn default() -> Self {
        Self {
            links: Links::default(),
            levels: [[const { List::new() }; RADIX]; LEVELS],
            occupied: [0; LEVELS],
            stamps: Vec::new(),
            floor: 0,
        }
    }
}

fn digit(stamp: u32, level: usize) -> usize {
    (stamp >> (level as u32 * BITS)) as usize % RADIX
}

/// The lowest stamp a list can hold: the floor's digits above, the list's value, and zeros.
fn floor_of(floor: u32, level: usize, value: usize) -> u32 {
    let shift = level as u32 * BITS;
    let above = floor.checked_shr(shift + BITS).unwrap_or(0).checked_shl(shift + BITS).unwrap_or(0);
    above | (value as u32) << shift
}

/// Bits of a digit.
const BITS: u32 = 4;
const RADIX: usize = 1 << BITS;
const LEVELS: usize = (u32::BITS / BITS) as usize;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::model::{Marked, Model, check};

    #[test]
    fn the_longest_unused_leaves_first() {
        check::<Lru, Naive>();
    }

    #[test]
    fn stamps_may_wrap() {
        let marks = Marked::default();
        let mut lru = Lru::default();
        let stamps = (0..200).map(|number: u32| number.wrapping_mul(1 << 24).wrapping_sub(1 << 28));
        lru.floor = 0u32.wrapping_sub(1 << 28);
        for (slot, stamp) in stamps.enumerate() {
            marks.set(slot as Slot, stamp);
            lru.insert(slot as Slot, 0, &marks);
        }
        let left: Vec<Slot> = std::iter::from_fn(|| lru.evict(&marks)).collect();
        assert_eq!(left, (0..200).collect::<Vec<Slot>>());
    }

    /// The longest unused is at the front.
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
            assert_eq!(victim, self.0.remove(0));
        }
    }
}
