//! W-TinyLFU.

use super::{
    Marks, Order, Slot, Touch,
    list::{Links, List, reach},
    sketch::{MOST, Sketch},
};

/// New entries pass a window; who falls out of it takes the place of the main part's next victim only if it was used more often of late.
///
/// Einziger, Friedman and Manes, *TinyLFU: a highly efficient cache admission policy*, ACM Transactions on Storage 2017. As there, the window is
/// one hundredth, and the main part is a segmented LRU with four fifths protected. Its queues are clocks, since hits only count at the entry: the
/// uses reach the sketch when the policy comes by. O(1), amortised over the hits; 13 bytes per entry.
#[derive(Debug, Default)]
pub(super) struct TinyLfu {
    links: Links,
    window: List,
    probation: List,
    protected: List,
    segments: Vec<Segment>,
    sketch: Sketch,
    /// How many entries the sketch was made for.
    room: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Segment {
    Window,
    Probation,
    Protected,
}

impl Order for TinyLfu {
    fn touch(&self) -> Touch {
        Touch::Count { max: MOST }
    }

    fn insert(&mut self, slot: Slot, hash: u32, _marks: &dyn Marks) {
        self.sketch.add(hash, 1);
        // Until somebody has to leave, the main part takes everyone.
        let segment = if self.room == 0 { Segment::Probation } else { Segment::Window };
        self.push(slot, segment);
    }

    fn replace(&mut self, old: Slot, new: Slot, marks: &dyn Marks) {
        let segment = self.segments[old as usize];
        reach(&mut self.segments, new, segment);
        self.segments[new as usize] = segment;
        let (list, links) = self.list(segment);
        list.exchange(links, old, new);
        marks.set(new, (marks.get(new) + 1).min(MOST));
    }

    fn remove(&mut self, slot: Slot) {
        let (list, links) = self.list(self.segments[slot as usize]);
        list.unlink(links, slot);
    }

    fn evict(&mut self, marks: &dyn Marks) -> Option<Slot> {
        let entries = self.entries();
        if entries > self.room + self.room / 3 {
            self.room = entries;
            self.sketch = Sketch::with_room_for(entries);
        }
        let window = (entries / WINDOW).max(1);
        let candidate = if self.window.len() >= window { self.window_victim(marks) } else { None };
        match (candidate, self.main_victim(marks)) {
            (Some(candidate), Some(victim)) => Some(self.admit(candidate, victim, marks)),
            (candidate, victim) => {
                let out = victim.or(candidate).or_else(|| self.window.front())?;
                self.remove(out);
                Some(out)
            }
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl TinyLfu {
    /// Lets the more used of the two have the place, and gives the other.
    fn admit(&mut self, candidate: Slot, victim: Slot, marks: &dyn Marks) -> Slot {
        let uses = |slot| self.sketch.uses(marks.hash(slot));
        if uses(candidate) <= uses(victim) {
            self.remove(candidate);
            return candidate;
        }
        self.remove(victim);
        self.change(candidate, Segment::Probation);
        victim
    }

    /// The first in the window that was not used since it was last passed; the front, if all were.
    fn window_victim(&mut self, marks: &dyn Marks) -> Option<Slot> {
        for _ in 0..self.window.len() {
            let slot = self.window.front()?;
            if !self.spend(slot, marks) {
                break;
            }
            self.window.rotate(&mut self.links);
        }
        self.window.front()
    }

    /// The first on probation that was not used; those that were are protected from now on.
    fn main_victim(&mut self, marks: &dyn Marks) -> Option<Slot> {
        for _ in 0..self.entries() {
            let Some(slot) = self.probation.front() else {
                self.change(self.protected.front()?, Segment::Probation);
                continue;
            };
            if !self.spend(slot, marks) {
                break;
            }
            self.change(slot, Segment::Protected);
            self.bound_protected(marks);
        }
        self.probation.front()
    }

    /// Puts the longest unused of the protected back on probation when they are more than four fifths of the main part.
    fn bound_protected(&mut self, marks: &dyn Marks) {
        let bound = (self.probation.len() + self.protected.len()) / 5 * 4;
        for _ in 0..self.protected.len() {
            let Some(slot) = self.protected.front().filter(|_| self.protected.len() > bound) else { return };
            if self.spend(slot, marks) {
                self.protected.rotate(&mut self.links);
            } else {
                self.change(slot, Segment::Probation);
            }
        }
    }

    /// Takes an entry's uses to the sketch; says whether there were any.
    fn spend(&mut self, slot: Slot, marks: &dyn Marks) -> bool {
        let uses = marks.get(slot);
        if uses > 0 {
            marks.set(slot, 0);
            self.sketch.add(marks.hash(slot), uses);
        }
        uses > 0
    }

    fn change(&mut self, slot: Slot, segment: Segment) {
        self.remove(slot);
        self.push(slot, segment);
    }

    fn push(&mut self, slot: Slot, segment: Segment) {
        reach(&mut self.segments, slot, segment);
        self.segments[slot as usize] = segment;
        let (list, links) = self.list(segment);
        list.push_back(links, slot);
    }

    fn list(&mut self, segment: Segment) -> (&mut List, &mut Links) {
        let list = match segment {
            Segment::Window => &mut self.window,
            Segment::Probation => &mut self.probation,
            Segment::Protected => &mut self.protected,
        };
        (list, &mut self.links)
    }

    fn entries(&self) -> usize {
        self.window.len() + self.probation.len() + self.protected.len()
    }
}

/// The window holds one in so many.
const WINDOW: usize = 100;

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet, VecDeque};

    use super::*;
    use crate::policy::model::{Marked, Model, check};

    #[test]
    fn the_segments_are_those_of_the_paper() {
        check::<TinyLfu, Naive>();
    }

    #[test]
    fn a_scan_does_not_push_used_entries_out() {
        let marks = Marked::default();
        let mut tinylfu = TinyLfu::default();
        (0..100).for_each(|slot| tinylfu.insert(slot, hash(slot), marks.with(slot, hash(slot))));
        (0..90).for_each(|slot| marks.set(slot, 5));
        let mut used: HashSet<Slot> = (0..90).collect();
        for key in 1000..1500 {
            let victim = tinylfu.evict(&marks).unwrap();
            used.remove(&victim);
            tinylfu.insert(victim, hash(key), marks.with(victim, hash(key)));
        }
        // The sketch takes a few strangers for used ones.
        assert!(used.len() > 85, "{}", used.len());
    }

    fn hash(key: u32) -> u32 {
        key.wrapping_mul(0x85EB_CA6B)
    }

    /// Three queues of slots. The sketch is that of the policy, which has tests of its own.
    #[derive(Default)]
    struct Naive {
        window: VecDeque<Slot>,
        probation: VecDeque<Slot>,
        protected: VecDeque<Slot>,
        uses: HashMap<Slot, u32>,
        hashes: HashMap<Slot, u32>,
        sketch: Sketch,
        room: usize,
    }

    impl Model for Naive {
        fn insert(&mut self, slot: Slot, hash: u32) {
            self.uses.insert(slot, 0);
            self.hashes.insert(slot, hash);
            self.sketch.add(hash, 1);
            if self.room == 0 { &mut self.probation } else { &mut self.window }.push_back(slot);
        }

        fn hit(&mut self, slot: Slot) {
            let uses = self.uses.get_mut(&slot).unwrap();
            *uses = (*uses + 1).min(MOST);
        }

        fn replace(&mut self, old: Slot, new: Slot) {
            self.hit(old);
            self.uses.insert(new, self.uses[&old]);
            self.hashes.insert(new, self.hashes[&old]);
            let mut all = self.window.iter_mut().chain(&mut self.probation).chain(&mut self.protected);
            *all.find(|slot| **slot == old).unwrap() = new;
        }

        fn remove(&mut self, slot: Slot) {
            for queue in [&mut self.window, &mut self.probation, &mut self.protected] {
                queue.retain(|other| *other != slot);
            }
        }

        /// There are at most ten entries, so that the window is always one.
        fn evict(&mut self, victim: Slot) {
            let entries = self.window.len() + self.probation.len() + self.protected.len();
            if entries > self.room + self.room / 3 {
                self.room = entries;
                self.sketch = Sketch::with_room_for(entries);
            }
            for _ in 0..self.window.len() {
                if !self.spend(self.window[0]) {
                    break;
                }
                self.window.rotate_left(1);
            }
            for _ in 0..entries {
                match self.probation.front().copied() {
                    Some(slot) if self.spend(slot) => self.protect(),
                    Some(_) => break,
                    None => self.probation.extend(self.protected.pop_front()),
                }
            }
            let chosen = match (self.window.front(), self.probation.front()) {
                (Some(candidate), Some(main)) => {
                    let (candidate, main) = (*candidate, *main);
                    if self.sketch.uses(self.hashes[&candidate]) > self.sketch.uses(self.hashes[&main]) {
                        self.window.pop_front();
                        self.probation.push_back(candidate);
                        main
                    } else {
                        candidate
                    }
                }
                (candidate, main) => *main.or(candidate).unwrap(),
            };
            assert_eq!(victim, chosen);
            self.remove(chosen);
        }
    }

    impl Naive {
        fn spend(&mut self, slot: Slot) -> bool {
            let uses = self.uses.insert(slot, 0).unwrap();
            if uses > 0 {
                self.sketch.add(self.hashes[&slot], uses);
            }
            uses > 0
        }

        fn protect(&mut self) {
            self.protected.extend(self.probation.pop_front());
            for _ in 0..self.protected.len() {
                if self.protected.len() <= (self.probation.len() + self.protected.len()) / 5 * 4 {
                    return;
                }
                let slot = self.protected.pop_front().unwrap();
                let queue = if self.spend(slot) { &mut self.protected } else { &mut self.probation };
                queue.push_back(slot);
            }
        }
    }
}
