//! What tenure promises, and a naive model of it.

use std::collections::VecDeque;

use super::*;
use crate::policy::model::{Marked, Model, check};

#[test]
fn the_sooner_returning_stay() {
    check::<Tenure, Naive>();
}

/// The part of a loop that fits is kept, where LRU would keep nothing.
#[test]
fn a_loop_does_not_push_itself_out() {
    assert!(hits_of_loop(1000, 1050) > 90);
    assert!(hits_of_loop(1000, 2000) > 45);
}

/// A post is free again when its holder was removed: probation does not keep the rest for itself.
#[test]
fn removed_entries_leave_their_posts() {
    let marks = Marked::default();
    let mut tenure = Tenure::default();
    (0..100).for_each(|slot| tenure.insert(slot, slot, marks.with(slot, slot)));
    tenure.evict(&marks);
    (0..90).filter(|slot| *slot != 0).for_each(|slot| tenure.remove(slot));
    assert!(tenure.tenured.len() <= 10);
    (0..90).for_each(|slot| tenure.insert(slot, 1000 + slot, marks.with(slot, 1000 + slot)));
    (0..90).for_each(|slot| marks.set(slot, 1));
    tenure.evict(&marks);
    assert!(tenure.tenured.len() > 90);
}

/// Turns start again after 2^15: once, each insertion before the first eviction was one, and the first of many entries looked young.
#[test]
fn a_long_beginning_makes_nobody_younger() {
    let marks = Marked::default();
    let mut tenure = Tenure::default();
    (0..40_000).for_each(|slot| tenure.insert(slot, slot, marks.with(slot, slot)));
    tenure.evict(&marks);
    assert!(tenure.places.iter().all(|place| tenure.turns.since(place.seen()) == 0));
}

/// Percent of hits, once the cache is full.
fn hits_of_loop(capacity: u32, keys: u32) -> u32 {
    let marks = Marked::default();
    let mut tenure = Tenure::default();
    let mut slots: Vec<Option<Slot>> = vec![None; keys as usize];
    let mut free = 0;
    let mut hits = 0;
    for turn in 0..10 * keys {
        let key = (turn % keys) as usize;
        if let Some(slot) = slots[key] {
            marks.set(slot, USES.min(marks.get(slot) + 1));
            hits += u32::from(turn >= 5 * keys);
            continue;
        }
        let slot = if turn < capacity {
            free += 1;
            free - 1
        } else {
            let victim = tenure.evict(&marks).unwrap();
            *slots.iter_mut().find(|slot| **slot == Some(victim)).unwrap() = None;
            victim
        };
        slots[key] = Some(slot);
        let hash = (key as u32).wrapping_mul(0x85EB_CA6B);
        tenure.insert(slot, hash, marks.with(slot, hash));
    }
    hits * 100 / (5 * keys)
}

/// Every entry with what is known of it; turns are insertions, and never wrap.
#[derive(Default)]
struct Naive {
    tenured: VecDeque<Entry>,
    probation: VecDeque<Entry>,
    /// The latest first, at most sixteen: one set.
    ghosts: VecDeque<(u32, u64)>,
    turn: u64,
    room: usize,
    posts: usize,
    share: f32,
}

#[derive(Clone, Copy)]
struct Entry {
    slot: Slot,
    hash: u32,
    seen: u64,
    uses: u32,
}

impl Model for Naive {
    fn insert(&mut self, slot: Slot, hash: u32) {
        self.turn += u64::from(self.room > 0);
        let entry = Entry { slot, hash, seen: self.turn, uses: 0 };
        if self.room == 0 {
            return self.tenured.push_back(entry);
        }
        let known = self.ghosts.iter().position(|ghost| ghost.0 == hash);
        let absence = known.and_then(|at| self.ghosts.remove(at)).map(|ghost| self.turn - ghost.1);
        let deserving = absence.filter(|absence| self.deserves_tenure(*absence));
        let longer = (self.probation.len() + self.room / MARGIN) as u64;
        let goal = if deserving.is_some_and(|absence| absence < longer) { WORTH } else { 0.0 };
        self.share += (goal - self.share) * (1.0 / (INERTIA * self.room as f32));
        match deserving {
            Some(_) => self.tenure(entry),
            None => self.probation.push_back(entry),
        }
    }

    fn hit(&mut self, slot: Slot) {
        let entry = self.find(slot);
        entry.uses = (entry.uses + 1).min(USES);
    }

    fn replace(&mut self, old: Slot, new: Slot) {
        self.hit(old);
        self.find(old).slot = new;
    }

    fn remove(&mut self, slot: Slot) {
        self.tenured.retain(|entry| entry.slot != slot);
        self.probation.retain(|entry| entry.slot != slot);
    }

    fn evict(&mut self, victim: Slot) {
        let entries = self.tenured.len() + self.probation.len();
        if entries > self.room + self.room / 3 || entries < self.room / 2 {
            self.room = entries;
            self.ghosts.clear();
        }
        let probation = (self.share.clamp(LEAST, MOST) * entries as f32) as usize;
        self.posts = entries - probation.max(1);
        while self.tenured.len() > self.posts || self.probation.is_empty() {
            self.demote();
        }
        loop {
            let entry = self.probation.pop_front().unwrap();
            if entry.uses == 0 {
                self.ghosts.push_front((entry.hash, entry.seen));
                self.ghosts.truncate(16);
                return assert_eq!(victim, entry.slot);
            }
            let entry = Entry { uses: 0, ..entry };
            if self.deserves_tenure(self.turn - entry.seen) {
                self.tenure(entry);
            } else {
                self.probation.push_back(Entry { seen: self.turn, ..entry });
            }
        }
    }
}

impl Naive {
    fn find(&mut self, slot: Slot) -> &mut Entry {
        self.tenured.iter_mut().chain(&mut self.probation).find(|entry| entry.slot == slot).unwrap()
    }

    fn deserves_tenure(&mut self, turns: u64) -> bool {
        if self.tenured.len() < self.posts {
            return true;
        }
        self.pass_used();
        let idlest = self.tenured.front();
        idlest.is_some_and(|idlest| idlest.uses == 0 && self.turn - idlest.seen > turns)
    }

    fn tenure(&mut self, entry: Entry) {
        if self.tenured.len() >= self.posts {
            self.demote();
        }
        self.tenured.push_back(Entry { seen: self.turn, ..entry });
    }

    fn demote(&mut self) {
        self.pass_used();
        self.probation.extend(self.tenured.pop_front());
    }

    fn pass_used(&mut self) {
        for _ in 0..LOOKS {
            match self.tenured.pop_front() {
                Some(front) if front.uses == 0 => return self.tenured.push_front(front),
                Some(front) => {
                    self.tenured.push_back(Entry { uses: front.uses - 1, seen: self.turn, ..front });
                }
                None => return,
            }
        }
    }
}
