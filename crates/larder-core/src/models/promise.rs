//! The promise: after an invalidation returns, no call that starts later gets a value whose computation started before it.
//!
//! A data base cell, a cache of one key, a reader that computes and stores as [`crate::function`] does, and a writer that changes the cell, invalidates, and reads.

use loom::{
    sync::{Arc, Mutex, atomic::AtomicU64, atomic::Ordering::Relaxed, atomic::Ordering::SeqCst},
    thread,
};

use super::check;
use crate::{
    context::Dependency,
    scope::{Scope, Sequence, Sequencer, Strength},
};

struct World {
    sequencer: Sequencer,
    database: AtomicU64,
    scope: crate::sync::Arc<Scope>,
    /// The stored value, the snapshot it was computed from, and whether a running computation was doomed.
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    entry: Option<(u64, Sequence)>,
    running: usize,
    doomed: bool,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            sequencer: Sequencer::new(),
            database: AtomicU64::new(1),
            scope: crate::sync::Arc::default(),
            cache: Mutex::default(),
        })
    }

    fn is_valid(&self, snapshot: Sequence) -> bool {
        !Dependency { scope: self.scope.clone(), snapshot }.is_broken()
    }

    /// A call: what is stored and valid, or else a computation.
    fn call(&self) -> u64 {
        let snapshot = {
            let mut cache = self.cache.lock().unwrap();
            if let Some((value, snapshot)) = cache.entry
                && self.is_valid(snapshot)
            {
                return value;
            }
            cache.running += 1;
            self.sequencer.snapshot()
        };
        let value = self.database.load(Relaxed);
        let mut cache = self.cache.lock().unwrap();
        cache.running -= 1;
        if !cache.doomed && self.is_valid(snapshot) {
            cache.entry = Some((value, snapshot));
        }
        cache.doomed &= cache.running > 0;
        value
    }

    /// Invalidates by scope: a tag, a function, everything.
    fn invalidate_scope(&self) {
        self.scope.invalidate(&self.sequencer, Strength::Hard);
    }

    /// Invalidates the key.
    fn invalidate_key(&self) {
        let mut cache = self.cache.lock().unwrap();
        cache.entry = None;
        cache.doomed = cache.running > 0;
    }
}

fn holds(invalidate: fn(&World)) {
    check(3, move || {
        let world = World::new();
        let reader = thread::spawn({
            let world = world.clone();
            move || {
                world.call();
                world.call();
            }
        });
        world.database.store(2, Relaxed);
        invalidate(&world);
        assert_eq!(world.call(), 2, "a value from before the invalidation");
        reader.join().unwrap();
        assert_eq!(world.call(), 2, "a value from before the invalidation was stored after it");
    });
}

#[test]
fn loom_the_promise_holds_for_scopes() {
    holds(World::invalidate_scope);
}

#[test]
fn loom_the_promise_holds_for_keys() {
    holds(World::invalidate_key);
}

/// Two invalidations race; the later number must win, whichever thread writes last.
#[test]
fn loom_an_invalidation_is_never_undone_by_an_older_one() {
    check(3, || {
        let world = World::new();
        let done = Arc::new(AtomicU64::new(0));
        let other = thread::spawn({
            let (world, done) = (world.clone(), done.clone());
            move || {
                world.invalidate_scope();
                done.store(world.sequencer.snapshot(), SeqCst);
            }
        });
        world.invalidate_scope();
        let newest = world.sequencer.snapshot();
        other.join().unwrap();
        assert!(!world.is_valid(newest.max(done.load(SeqCst)) - 1));
        assert!(world.is_valid(newest.max(done.load(SeqCst))));
    });
}
