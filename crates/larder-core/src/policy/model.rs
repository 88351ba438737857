//! Random operations on a policy, beside a naive model of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

use super::{Marks, Order, Slot, Touch};

/// The same policy in the simplest code that can be written for it.
pub(super) trait Model: Default {
    fn insert(&mut self, slot: Slot, hash: u32);
    fn hit(&mut self, slot: Slot);
    /// `old` was hit and is `new` from now on.
    fn replace(&mut self, old: Slot, new: Slot);
    fn remove(&mut self, slot: Slot);
    /// Asserts that this one may leave, and forgets it.
    fn evict(&mut self, victim: Slot);
}

/// Drives a policy as a store does. Whoever leaves must be there, and all must leave in the end; the model may ask for more.
pub(super) fn check<O: Order + Default, M: Model>() {
    let operations = vec(operation(), 0..200);
    let run = |(capacity, operations): (usize, Vec<Operation>)| {
        let mut store = Store::<O, M>::new(capacity);
        operations.into_iter().for_each(|operation| store.apply(operation));
        store.empty();
        Ok(())
    };
    TestRunner::default()
        .run(&(1..MOST_ENTRIES, operations), run)
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// What is done to a store. Keys are their own hashes.
#[derive(Clone, Copy, Debug)]
enum Operation {
    /// A hit, or else a miss that is stored.
    Use(u32),
    Replace(u32),
    Remove(u32),
    Evict,
    Resize(usize),
    Clear,
}

fn operation() -> impl Strategy<Value = Operation> {
    let key = || 1..30u32;
    prop_oneof![
        40 => key().prop_map(Operation::Use),
        4 => key().prop_map(Operation::Replace),
        4 => key().prop_map(Operation::Remove),
        1 => Just(Operation::Evict),
        1 => (1..MOST_ENTRIES).prop_map(Operation::Resize),
        1 => Just(Operation::Clear),
    ]
}

/// Few enough that the ghosts fit one set, and so are a queue.
const MOST_ENTRIES: usize = 11;

/// A shard without values.
struct Store<O, M> {
    order: O,
    model: M,
    marks: Marked,
    capacity: usize,
    entries: BTreeMap<u32, Slot>,
    free: VecDeque<Slot>,
}

impl<O: Order + Default, M: Model> Store<O, M> {
    fn new(capacity: usize) -> Self {
        let free = (0..2 * MOST_ENTRIES as Slot).collect();
        Self {
            order: O::default(),
            model: M::default(),
            marks: Marked::default(),
            capacity,
            entries: BTreeMap::new(),
            free,
        }
    }

    fn apply(&mut self, operation: Operation) {
        match operation {
            Operation::Use(key) => match self.entries.get(&key) {
                Some(slot) => {
                    self.marks.touch(*slot, self.order.touch());
                    self.model.hit(*slot);
                }
                None => self.insert(key),
            },
            Operation::Replace(key) => self.replace(key),
            Operation::Remove(key) => {
                if let Some(slot) = self.entries.remove(&key) {
                    self.order.remove(slot);
                    self.model.remove(slot);
                    self.free.push_back(slot);
                }
            }
            Operation::Evict => self.evict(),
            Operation::Resize(capacity) => {
                self.capacity = capacity;
                self.make_room(0);
            }
            Operation::Clear => {
                self.order.clear();
                self.model = M::default();
                self.free.extend(std::mem::take(&mut self.entries).into_values());
            }
        }
    }

    fn insert(&mut self, key: u32) {
        self.make_room(1);
        let slot = self.free.pop_front().unwrap();
        self.entries.insert(key, slot);
        self.marks.start(slot, key, self.order.touch(), 0);
        self.order.insert(slot, key, &self.marks);
        self.model.insert(slot, key);
    }

    fn replace(&mut self, key: u32) {
        let Some(old) = self.entries.get(&key).copied() else { return };
        let new = self.free.pop_front().unwrap();
        self.entries.insert(key, new);
        self.marks.start(new, key, self.order.touch(), self.marks.get(old));
        self.order.replace(old, new, &self.marks);
        self.model.replace(old, new);
        self.free.push_back(old);
    }

    fn make_room(&mut self, wanted: usize) {
        while self.entries.len() + wanted > self.capacity {
            self.evict();
        }
    }

    fn evict(&mut self) {
        let live: BTreeSet<Slot> = self.entries.values().copied().collect();
        match self.order.evict(&self.marks) {
            Some(victim) => {
                assert!(live.contains(&victim), "{victim} is not there");
                self.model.evict(victim);
                self.entries.retain(|_, slot| *slot != victim);
                self.free.push_back(victim);
            }
            None => assert!(live.is_empty(), "{live:?} are there"),
        }
    }

    /// Everybody leaves, nobody twice.
    fn empty(mut self) {
        while !self.entries.is_empty() {
            self.evict();
        }
        self.evict();
    }
}

/// Marks by slot, as hits write them.
#[derive(Debug, Default)]
pub(super) struct Marked(RefCell<State>);

#[derive(Debug, Default)]
struct State {
    marks: BTreeMap<Slot, u32>,
    hashes: BTreeMap<Slot, u32>,
    tick: u32,
}

impl Marked {
    fn touch(&self, slot: Slot, touch: Touch) {
        match touch {
            Touch::Nothing => {}
            Touch::Count { max } => self.set(slot, (self.get(slot) + 1).min(max)),
            Touch::Stamp => self.stamp(slot),
        }
    }

    /// With a new entry of this hash in a slot.
    pub(super) fn with(&self, slot: Slot, hash: u32) -> &Self {
        self.start(slot, hash, Touch::Nothing, 0);
        self
    }

    fn start(&self, slot: Slot, hash: u32, touch: Touch, mark: u32) {
        self.0.borrow_mut().hashes.insert(slot, hash);
        self.set(slot, mark);
        if touch == Touch::Stamp {
            self.stamp(slot);
        }
    }

    fn stamp(&self, slot: Slot) {
        self.0.borrow_mut().tick += 1;
        let tick = self.0.borrow().tick;
        self.set(slot, tick);
    }
}

impl Marks for Marked {
    fn get(&self, slot: Slot) -> u32 {
        self.0.borrow().marks[&slot]
    }

    fn hash(&self, slot: Slot) -> u32 {
        self.0.borrow().hashes[&slot]
    }

    fn set(&self, slot: Slot, mark: u32) {
        self.0.borrow_mut().marks.insert(slot, mark);
    }
}
