//! From a key's hash to the slot of its entry: a chained hash table that is read without a lock.
//!
//! The links stand in the entries. A writer changes one link to add, replace or remove an entry, and what was removed keeps its own link until no reader can be there, so a
//! reader beside a writer finds every entry that is there all the while. Only growing moves entries between chains; a reader beside it may miss one, and never finds a
//! wrong one, since it compares the key. The shard's version tells it that something was added, and it looks again under the lock.

use crate::{
    policy::Slot,
    sync::{AtomicU32, Ordering},
};

/// 32 bits of a key's hash: what tells entries of one shard apart.
pub(crate) type Tag = u32;

/// The entries a table links.
pub(crate) trait Chained {
    type Entry: Linked;

    fn entry(&self, slot: Slot) -> &Self::Entry;
}

/// One of them.
pub(crate) trait Linked {
    fn tag(&self) -> Tag;
    /// The next entry of the same chain, or [`END`].
    fn next(&self) -> &AtomicU32;
}

/// The heads of the chains. Writers hold the shard's lock; readers need none.
#[derive(Debug)]
pub(crate) struct Index {
    heads: Box<[AtomicU32]>,
}

impl Index {
    /// A table for so many entries, with as many chains.
    pub(crate) fn with_room_for(entries: usize) -> Self {
        let heads = entries.max(4);
        Self { heads: (0..heads).map(|_| AtomicU32::new(END)).collect() }
    }

    /// How many entries it is made for.
    pub(crate) fn room(&self) -> usize {
        self.heads.len()
    }

    /// The slot with this tag for which `is` holds, and its entry. Cost: about one and a half entries.
    #[inline(always)]
    pub(crate) fn find<'a, C: Chained>(
        &self,
        tag: Tag,
        chained: &'a C,
        mut is: impl FnMut(&C::Entry) -> bool,
    ) -> Option<(Slot, &'a C::Entry)> {
        let mut slot = self.head(tag).load(Ordering::Acquire);
        while slot != END {
            let entry = chained.entry(slot);
            if entry.tag() == tag && is(entry) {
                return Some((slot, entry));
            }
            slot = entry.next().load(Ordering::Acquire);
        }
        None
    }

    /// Adds a slot. The caller has checked that the key is not there.
    #[inline]
    pub(crate) fn insert(&self, slot: Slot, chained: &impl Chained) {
        let entry = chained.entry(slot);
        let head = self.head(entry.tag());
        entry.next().store(head.load(Ordering::Relaxed), Ordering::Relaxed);
        head.store(slot, Ordering::Release);
    }

    /// Puts `new` where `old` was.
    pub(crate) fn replace(&self, old: Slot, new: Slot, chained: &impl Chained) {
        let next = chained.entry(old).next().load(Ordering::Relaxed);
        chained.entry(new).next().store(next, Ordering::Relaxed);
        self.link_to(old, chained).store(new, Ordering::Release);
    }

    /// Takes a slot out.
    #[inline]
    pub(crate) fn remove(&self, slot: Slot, chained: &impl Chained) {
        let next = chained.entry(slot).next().load(Ordering::Relaxed);
        self.link_to(slot, chained).store(next, Ordering::Release);
    }

    /// A larger table with the same entries, which are linked into it and out of this one.
    pub(crate) fn grown(&self, entries: usize, chained: &impl Chained) -> Self {
        let larger = Self::with_room_for(entries);
        for head in &self.heads {
            let mut slot = head.load(Ordering::Relaxed);
            while slot != END {
                let entry = chained.entry(slot);
                let next = entry.next().load(Ordering::Relaxed);
                // Entries link to ones that moved before them, so that a reader that strays still comes to an end.
                let head = larger.head(entry.tag());
                entry.next().store(head.load(Ordering::Relaxed), Ordering::Release);
                head.store(slot, Ordering::Relaxed);
                slot = next;
            }
        }
        larger
    }

    /// How many chains there are.
    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    /// The slots of one chain; none if there is no such chain.
    #[inline]
    pub(crate) fn chain<'a>(
        &'a self,
        number: usize,
        chained: &'a impl Chained,
    ) -> impl Iterator<Item = Slot> + 'a {
        std::iter::successors(self.first(number), move |slot| {
            some(chained.entry(*slot).next().load(Ordering::Acquire))
        })
    }

    /// The first slot of a chain.
    #[inline]
    pub(crate) fn first(&self, number: usize) -> Option<Slot> {
        some(self.heads.get(number)?.load(Ordering::Acquire))
    }

    /// The slots of some chains, in no order; chains that are not there are empty.
    pub(crate) fn slots_in<'a>(
        &'a self,
        chains: std::ops::Range<usize>,
        chained: &'a impl Chained,
    ) -> impl Iterator<Item = Slot> + 'a {
        (chains.start..chains.end.min(self.heads.len())).flat_map(move |number| self.chain(number, chained))
    }

    /// The link that leads to a slot. It is there: the shard adds and removes under its lock.
    #[inline]
    fn link_to<'a>(&'a self, slot: Slot, chained: &'a impl Chained) -> &'a AtomicU32 {
        let mut link = self.head(chained.entry(slot).tag());
        loop {
            let next = link.load(Ordering::Relaxed);
            if next == slot {
                return link;
            }
            assert!(next != END, "a slot of the shard is not in its index");
            link = chained.entry(next).next();
        }
    }

    /// The chain of a tag (Lemire's multiply-shift, so that their number need not be a power of two).
    #[inline(always)]
    fn head(&self, tag: Tag) -> &AtomicU32 {
        &self.heads[((u64::from(tag) * self.heads.len() as u64) >> 32) as usize]
    }
}

fn some(slot: Slot) -> Option<Slot> {
    (slot != END).then_some(slot)
}

/// No slot: the end of a chain.
pub(crate) const END: Slot = Slot::MAX;

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, u32),
        Remove(u8),
        Replace(u8),
        Grow,
    }

    /// Entries that are only tags and links.
    struct Links(Vec<(AtomicU32, AtomicU32)>);

    impl Chained for Links {
        type Entry = (AtomicU32, AtomicU32);

        fn entry(&self, slot: Slot) -> &Self::Entry {
            &self.0[slot as usize]
        }
    }

    impl Linked for (AtomicU32, AtomicU32) {
        fn tag(&self) -> Tag {
            self.0.load(Ordering::Relaxed)
        }

        fn next(&self) -> &AtomicU32 {
            &self.1
        }
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        // Few distinct tags, so that chains are long.
        let tag = prop_oneof![Just(0), Just(1), Just(u32::MAX), Just(u32::MAX - 1), any::<u32>()];
        let step = prop_oneof![
            4 => (any::<u8>(), tag).prop_map(|(slot, tag)| Step::Insert(slot % 60, tag)),
            3 => any::<u8>().prop_map(|slot| Step::Remove(slot % 60)),
            3 => any::<u8>().prop_map(|slot| Step::Replace(slot % 60)),
            1 => Just(Step::Grow),
        ];
        prop::collection::vec(step, 0..200)
    }

    proptest! {
        #[test]
        fn holds_what_a_map_would_hold(steps in steps()) {
            let links = Links((0..120).map(|_| (AtomicU32::new(0), AtomicU32::new(END))).collect());
            let mut index = Index::with_room_for(10);
            let mut model = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Insert(slot, tag) => {
                        let slot = Slot::from(slot);
                        if let std::collections::btree_map::Entry::Vacant(place) = model.entry(slot) {
                            links.0[slot as usize].0.store(tag, Ordering::Relaxed);
                            index.insert(slot, &links);
                            place.insert(tag);
                        }
                    }
                    Step::Remove(slot) => {
                        if model.remove(&slot.into()).is_some() {
                            index.remove(slot.into(), &links);
                        }
                    }
                    Step::Replace(slot) => {
                        let slot = Slot::from(slot);
                        if let Some(tag) = model.get(&slot) {
                            let other = slot + 60;
                            links.0[other as usize].0.store(*tag, Ordering::Relaxed);
                            index.replace(slot, other, &links);
                            index.replace(other, slot, &links);
                        }
                    }
                    Step::Grow => index = index.grown(index.room() + 7, &links),
                }
                let mut held: Vec<_> = index.slots_in(0..index.len(), &links).collect();
                held.sort_unstable();
                prop_assert_eq!(held, model.keys().copied().collect::<Vec<_>>());
                for (slot, tag) in &model {
                    let entry = links.entry(*slot);
                    let found = index.find(*tag, &links, |other| std::ptr::eq(other, entry));
                    prop_assert_eq!(found.map(|(slot, _)| slot), Some(*slot));
                }
            }
        }
    }
}
