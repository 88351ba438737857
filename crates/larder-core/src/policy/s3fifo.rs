//! S3-FIFO.

use super::{
    Marks, Order, Slot, Touch,
    ghosts::Ghosts,
    list::{Links, List, reach},
};

/// Three queues: a small one that new entries pass, a main one for those that were used again in it, and ghosts of those that were not; who returns
/// while remembered goes to the main queue at once. One-hit wonders leave after a tenth of the time.
///
/// Yang, Zhang, Qiu, Yue and Rashmi, *FIFO queues are all you need for cache eviction*, SOSP 2023. O(1), amortised over the hits; 13 bytes per
/// entry.
#[derive(Debug, Default)]
pub(super) struct S3Fifo {
    links: Links,
    small: List,
    main: List,
    /// Which queue each slot is in.
    queues: Vec<Queue>,
    ghosts: Ghosts,
    /// How many entries the ghosts were made for.
    room: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Queue {
    Small,
    Main,
}

impl Order for S3Fifo {
    fn touch(&self) -> Touch {
        Touch::Count { max: USES }
    }

    fn insert(&mut self, slot: Slot, hash: u32, _marks: &dyn Marks) {
        let known = self.ghosts.recall(hash).is_some();
        self.push(slot, if known { Queue::Main } else { Queue::Small });
    }

    fn replace(&mut self, old: Slot, new: Slot, marks: &dyn Marks) {
        let queue = self.queues[old as usize];
        reach(&mut self.queues, new, queue);
        self.queues[new as usize] = queue;
        let (list, links) = self.list(queue);
        list.exchange(links, old, new);
        marks.set(new, (marks.get(new) + 1).min(USES));
    }

    fn remove(&mut self, slot: Slot) {
        let (list, links) = self.list(self.queues[slot as usize]);
        list.unlink(links, slot);
    }

    fn evict(&mut self, marks: &dyn Marks) -> Option<Slot> {
        let entries = self.small.len() + self.main.len();
        if entries > self.room + self.room / 3 {
            self.room = entries;
            self.ghosts = Ghosts::with_room_for(entries);
        }
        loop {
            let victim = if self.small.len() > entries / SMALL || self.main.is_empty() {
                self.pass_small(marks)?
            } else {
                self.pass_main(marks)
            };
            if victim.is_some() {
                return victim;
            }
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl S3Fifo {
    /// The front of the small queue leaves, or moves to the main one. Nothing, if both are empty.
    fn pass_small(&mut self, marks: &dyn Marks) -> Option<Option<Slot>> {
        let slot = self.small.pop_front(&mut self.links)?;
        if marks.get(slot) >= WORTH_KEEPING {
            marks.set(slot, 0);
            self.push(slot, Queue::Main);
            return Some(None);
        }
        self.ghosts.remember(marks.hash(slot), 0);
        Some(Some(slot))
    }

    /// The front of the main queue leaves, or goes to its back for one of its uses.
    fn pass_main(&mut self, marks: &dyn Marks) -> Option<Slot> {
        let slot = self.main.pop_front(&mut self.links)?;
        let uses = marks.get(slot);
        if uses > 0 {
            marks.set(slot, uses - 1);
            self.push(slot, Queue::Main);
            return None;
        }
        Some(slot)
    }

    fn push(&mut self, slot: Slot, queue: Queue) {
        reach(&mut self.queues, slot, queue);
        self.queues[slot as usize] = queue;
        let (list, links) = self.list(queue);
        list.push_back(links, slot);
    }

    fn list(&mut self, queue: Queue) -> (&mut List, &mut Links) {
        let list = match queue {
            Queue::Small => &mut self.small,
            Queue::Main => &mut self.main,
        };
        (list, &mut self.links)
    }
}

/// The small queue holds one in so many.
const SMALL: usize = 10;
/// Uses are counted up to this.
const USES: u32 = 3;
/// Uses that take an entry from the small queue to the main one.
const WORTH_KEEPING: u32 = 2;

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, VecDeque};

    use super::*;
    use crate::policy::model::{Model, check};

    #[test]
    fn the_queues_are_those_of_the_paper() {
        check::<S3Fifo, Naive>();
    }

    /// As long as there are at most sixteen entries, the ghosts are a queue of sixteen.
    #[derive(Default)]
    struct Naive {
        small: VecDeque<Slot>,
        main: VecDeque<Slot>,
        uses: HashMap<Slot, u32>,
        hashes: HashMap<Slot, u32>,
        ghosts: VecDeque<u32>,
        room: usize,
    }

    impl Model for Naive {
        fn insert(&mut self, slot: Slot, hash: u32) {
            self.uses.insert(slot, 0);
            self.hashes.insert(slot, hash);
            let known = self.ghosts.iter().position(|ghost| *ghost == hash);
            match known.and_then(|at| self.ghosts.remove(at)) {
                Some(_) => self.main.push_back(slot),
                None => self.small.push_back(slot),
            }
        }

        fn hit(&mut self, slot: Slot) {
            let uses = self.uses.get_mut(&slot).unwrap();
            *uses = (*uses + 1).min(USES);
        }

        fn replace(&mut self, old: Slot, new: Slot) {
            self.hit(old);
            self.uses.insert(new, self.uses[&old]);
            self.hashes.insert(new, self.hashes[&old]);
            let place = self.small.iter_mut().chain(&mut self.main).find(|slot| **slot == old);
            *place.unwrap() = new;
        }

        fn remove(&mut self, slot: Slot) {
            self.small.retain(|other| *other != slot);
            self.main.retain(|other| *other != slot);
        }

        fn evict(&mut self, victim: Slot) {
            let entries = self.small.len() + self.main.len();
            if entries > self.room + self.room / 3 {
                self.room = entries;
                self.ghosts.clear();
            }
            loop {
                if self.small.len() > entries / SMALL || self.main.is_empty() {
                    let slot = self.small.pop_front().unwrap();
                    if self.uses[&slot] >= WORTH_KEEPING {
                        self.uses.insert(slot, 0);
                        self.main.push_back(slot);
                        continue;
                    }
                    self.ghosts.push_front(self.hashes[&slot]);
                    self.ghosts.truncate(16);
                    return assert_eq!(victim, slot);
                }
                let slot = self.main.pop_front().unwrap();
                let uses = self.uses.get_mut(&slot).unwrap();
                if *uses == 0 {
                    return assert_eq!(victim, slot);
                }
                *uses -= 1;
                self.main.push_back(slot);
            }
        }
    }
}
