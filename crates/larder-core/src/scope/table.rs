//! Scopes by name: made when first asked for, dropped when nothing refers to them any more.

use std::{collections::HashMap, hash::Hash};

use super::Scope;
use crate::sync::{
    Arc, Ordering,
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
}

impl<N: Eq + Hash> Table<N> {
    pub(crate) fn new() -> Self {
        let scopes = Scopes { by_name: HashMap::default(), crowded: LEAST };
        Self { scopes: Mutex::new(scopes), len: AtomicUsize::new(0) }
    }

    /// The scope of a name, if anything refers to it.
    pub(crate) fn get(&self, name: &N) -> Option<Arc<Scope>> {
        if self.len.load(Ordering::SeqCst) == 0 {
            return None;
        }
        lock(&self.scopes).by_name.get(name).cloned()
    }

    /// The scope of a name.
    pub(crate) fn get_or_insert(&self, name: N) -> Arc<Scope> {
        let mut scopes = lock(&self.scopes);
        if let Some(scope) = scopes.by_name.get(&name) {
            return scope.clone();
        }
        if scopes.by_name.len() >= scopes.crowded {
            scopes.drop_unused();
        }
        let scope = Arc::<Scope>::default();
        scopes.by_name.insert(name, scope.clone());
        self.len.store(scopes.by_name.len(), Ordering::SeqCst);
        scope
    }

    /// Drops the scopes that no value and no computation refers to.
    pub(crate) fn drop_unused(&self) {
        let mut scopes = lock(&self.scopes);
        scopes.drop_unused();
        self.len.store(scopes.by_name.len(), Ordering::SeqCst);
    }
}

impl<N: Eq + Hash> Scopes<N> {
    fn drop_unused(&mut self) {
        // A reference is only made from another one, or from here under the lock: one that is alone stays so.
        self.by_name.retain(|_, scope| Arc::strong_count(scope) > 1);
        self.crowded = (self.by_name.len() * 2).max(LEAST);
        if self.by_name.capacity() > self.crowded * 4 {
            self.by_name.shrink_to(self.crowded);
        }
    }
}

const LEAST: usize = 64;
