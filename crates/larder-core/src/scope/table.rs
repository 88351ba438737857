//! Scopes by name: made when first asked for, dropped when nothing refers to them any more.
//!
//! An invalidation of a name that nothing refers to is kept all the same, since a computation that runs may yet take the name. When such records are dropped, the newest
//! invalidation among them becomes the past of every scope made afterwards: a computation from before it is then not stored, and nothing invalid ever comes back.

use std::{
    borrow::{Borrow, ToOwned},
    collections::HashMap,
    hash::Hash,
};

use super::{Scope, Sequence, Sequencer, Strength};
use crate::sync::{
    Arc, Ordering, fence,
    plain::{AtomicUsize, Mutex, lock},
};

/// Scopes of one kind.
#[derive(Debug)]
pub(crate) struct Table<N> {
    scopes: Mutex<Scopes<N>>,
    /// How many there are, so that asking for one that cannot be there takes no lock.
    len: AtomicUsize,
}

#[derive(Debug)]
struct Scopes<N> {
    by_name: HashMap<N, Arc<Scope>, foldhash::quality::RandomState>,
    /// Unused ones are looked for when there are this many.
    crowded: usize,
    /// The newest invalidation among the scopes that were dropped.
    forgotten: Sequence,
    /// Whether that matters.
    has_past: bool,
}

impl<N: Eq + Hash> Table<N> {
    pub(crate) fn new() -> Self {
        Self::with_past(true)
    }

    /// For names that are taken before anything is read: then an invalidation of one that is not known concerns nobody.
    pub(crate) fn without_past() -> Self {
        Self::with_past(false)
    }

    fn with_past(has_past: bool) -> Self {
        let scopes = Scopes { by_name: HashMap::default(), crowded: LEAST, forgotten: 0, has_past };
        Self { scopes: Mutex::new(scopes), len: AtomicUsize::new(0) }
    }

    /// The scope of a name, if it is known. Cost: a lock and a lookup, or less where there are none.
    pub(crate) fn get<Q: ?Sized + Eq + Hash>(&self, name: &Q) -> Option<Arc<Scope>>
    where
        N: Borrow<Q>,
    {
        // Pairs with the one in `get_or_insert`: of one who takes a name and then reads a value, and one who removes the value and then asks for the name, at
        // least one sees what the other did.
        fence(Ordering::SeqCst);
        if self.is_empty() {
            return None;
        }
        lock(&self.scopes).by_name.get(name).cloned()
    }

    /// The scope of a name.
    pub(crate) fn get_or_insert<Q>(&self, name: &Q) -> Arc<Scope>
    where
        Q: ?Sized + Eq + Hash + ToOwned<Owned = N>,
        N: Borrow<Q>,
    {
        let mut scopes = lock(&self.scopes);
        if let Some(scope) = scopes.by_name.get(name) {
            return scope.clone();
        }
        if scopes.by_name.len() >= scopes.crowded {
            scopes.drop_unused();
        }
        let scope = Arc::new(Scope::since(scopes.forgotten));
        scopes.by_name.insert(name.to_owned(), scope.clone());
        self.len.store(scopes.by_name.len(), Ordering::SeqCst);
        fence(Ordering::SeqCst);
        scope
    }

    /// Invalidates a name, known or not. Cost: a lock and a lookup, however many values it reaches.
    pub(crate) fn invalidate<Q>(&self, name: &Q, sequencer: &Sequencer, strength: Strength)
    where
        Q: ?Sized + Eq + Hash + ToOwned<Owned = N>,
        N: Borrow<Q>,
    {
        self.get_or_insert(name).invalidate(sequencer, strength);
    }

    /// Drops the scopes that no value and no computation refers to.
    pub(crate) fn drop_unused(&self) {
        if self.is_empty() {
            return;
        }
        let mut scopes = lock(&self.scopes);
        scopes.drop_unused();
        self.len.store(scopes.by_name.len(), Ordering::SeqCst);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len.load(Ordering::SeqCst) == 0
    }

    /// How many scopes are known.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::SeqCst)
    }
}

impl<N: Eq + Hash> Scopes<N> {
    fn drop_unused(&mut self) {
        let mut forgotten = self.forgotten;
        // A reference is only made from another one, or from here under the lock: one that is alone stays so.
        self.by_name.retain(|_, scope| {
            // Not by the count, which says nothing of what others did to the scope before they let go of it.
            let is_used = Arc::get_mut(scope).is_none();
            if !is_used && self.has_past {
                forgotten = forgotten.max(scope.newest());
            }
            is_used
        });
        self.forgotten = forgotten;
        self.crowded = (self.by_name.len() * 2).max(LEAST);
        if self.by_name.capacity() > self.crowded * 4 {
            self.by_name.shrink_to(self.crowded);
        }
    }
}

const LEAST: usize = 64;

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// What may happen to a table of four names, and to values that refer to them.
    #[derive(Clone, Debug)]
    enum Step {
        Start,
        /// The oldest computation takes a name and is stored, if that is still allowed.
        Store(u8),
        Invalidate(u8),
        DropValue,
        DropUnused,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Start),
            (0..4_u8).prop_map(Step::Store),
            (0..4_u8).prop_map(Step::Invalidate),
            Just(Step::DropValue),
            Just(Step::DropUnused),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// Against a model that never forgets: what the table calls valid is valid.
        #[test]
        fn no_invalid_value_ever_comes_back(steps in prop::collection::vec(step(), 0..60)) {
            let sequencer = Sequencer::new();
            let table = Table::<String>::new();
            let mut model = HashMap::<u8, Sequence>::new();
            let mut running = std::collections::VecDeque::new();
            let mut stored = std::collections::VecDeque::new();
            for step in steps {
                match step {
                    Step::Start => running.push_back(sequencer.snapshot()),
                    Step::Store(name) => {
                        if let Some(snapshot) = running.pop_front() {
                            let scope = table.get_or_insert(name.to_string().as_str());
                            if scope.newest() <= snapshot {
                                stored.push_back((name, snapshot, scope));
                            }
                        }
                    }
                    Step::Invalidate(name) => {
                        table.invalidate(name.to_string().as_str(), &sequencer, Strength::Hard);
                        model.insert(name, sequencer.snapshot());
                    }
                    Step::DropValue => drop(stored.pop_front()),
                    Step::DropUnused => table.drop_unused(),
                }
                for (name, snapshot, scope) in &stored {
                    let truly = model.get(name).is_none_or(|invalidated| invalidated <= snapshot);
                    prop_assert!(scope.newest() > *snapshot || truly, "a value of {name} from {snapshot} revived");
                    prop_assert_eq!(scope.newest() <= *snapshot, truly, "a stored value is invalid only when it is");
                }
            }
        }
    }

    #[test]
    fn memory_comes_back_after_a_million_names() {
        let sequencer = Sequencer::new();
        let table = Table::<String>::new();
        for name in 0..1_000_000_u32 {
            let scope = table.get_or_insert(name.to_string().as_str());
            if name % 3 == 0 {
                scope.invalidate(&sequencer, Strength::Hard);
            }
            assert!(table.len() <= 2 * LEAST, "{} names are kept that nothing refers to", table.len());
        }
        table.drop_unused();
        assert!(table.is_empty());
        assert!(lock(&table.scopes).by_name.capacity() <= 8 * LEAST);
    }

    #[test]
    fn a_computation_that_ran_while_a_name_was_forgotten_is_not_stored() {
        let sequencer = Sequencer::new();
        let table = Table::<String>::new();
        let snapshot = sequencer.snapshot();
        table.invalidate("tag", &sequencer, Strength::Hard);
        table.drop_unused();
        assert!(table.is_empty());
        assert!(table.get_or_insert("tag").newest() > snapshot);
        assert!(table.get_or_insert("tag").newest() <= sequencer.snapshot());
    }
}
