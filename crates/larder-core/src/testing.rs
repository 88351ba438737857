//! For tests of programs that use larder: a clock to move by hand, tests kept apart from each other, and hit/miss assertions.

mod failing_store;
mod memory_store;
#[doc(hidden)]
pub mod suite;

use std::{future::Future, time::Duration};

pub use self::{
    failing_store::{FailingStore, Fault, Held},
    memory_store::MemoryStore,
};

use crate::{
    background, cache, call,
    clock::{self, Nanos},
    maintenance, registry,
    stats::{self, Count},
    switch,
    sync::plain::{Mutex, MutexGuard, lock},
};

/// Keeps one test apart from the next: waits until no other test of this process is isolated, empties every cache, starts the statistics from zero, switches caching on,
/// takes background work again after a shutdown, and stops the clock. All of that ends with the value.
///
/// Cost: linear in the cached functions and their entries.
///
/// # Panics
///
/// When the calling thread is isolated already: it would wait for itself.
#[must_use = "isolation ends when this is dropped"]
#[track_caller]
pub fn isolate() -> Isolated {
    let this = std::thread::current().id();
    assert!(
        *lock(&OWNER) != Some(this),
        "this thread is isolated already; drop what the first `isolate()` gave"
    );
    let alone = lock(&ALONE);
    *lock(&OWNER) = Some(this);
    let isolated = Isolated { was_enabled: switch::is_enabled(), _alone: alone };
    switch::set_enabled(true);
    clock::stop();
    cache::start_over();
    empty();
    stats::stats().reset();
    background::reopen();
    isolated
}

/// A test's time alone with the caches; see [`isolate`].
#[derive(Debug)]
pub struct Isolated {
    was_enabled: bool,
    _alone: MutexGuard<'static, ()>,
}

impl Isolated {
    /// Moves the clock forward, and does on this thread what falls due: sleepers are woken, expired entries leave.
    pub fn advance(&self, by: Duration) {
        clock::advance(by);
        maintenance::catch_up();
    }

    /// Waits until nothing runs in the background, and what ran there is stored. Work that a test holds up itself has to be let go first.
    ///
    /// # Panics
    ///
    /// When that takes longer than a minute of real time.
    #[track_caller]
    pub fn settle(&self) {
        let began = clock::real();
        while !background::is_idle() {
            assert!(clock::real() - began < PATIENCE, "work in the background did not end for a minute");
            std::thread::yield_now();
        }
    }

    /// Runs `call` and gives its value, if no cached function ran meanwhile.
    ///
    /// # Panics
    ///
    /// When one ran, naming it.
    #[track_caller]
    pub fn hit<T>(&self, call: impl FnOnce() -> T) -> T {
        let before = loads();
        let value = call();
        assert_hit(&before);
        value
    }

    /// Runs `call` and gives its value, if a cached function ran meanwhile.
    ///
    /// # Panics
    ///
    /// When none ran.
    #[track_caller]
    pub fn miss<T>(&self, call: impl FnOnce() -> T) -> T {
        let before = loads();
        let value = call();
        assert_miss(&before);
        value
    }

    /// As [`hit`](Self::hit), for a future.
    ///
    /// # Panics
    ///
    /// When a cached function ran, naming it.
    pub async fn hit_async<F: Future>(&self, call: F) -> F::Output {
        let before = loads();
        let value = call.await;
        assert_hit(&before);
        value
    }

    /// As [`miss`](Self::miss), for a future.
    ///
    /// # Panics
    ///
    /// When no cached function ran.
    pub async fn miss_async<F: Future>(&self, call: F) -> F::Output {
        let before = loads();
        let value = call.await;
        assert_miss(&before);
        value
    }
}

impl Drop for Isolated {
    fn drop(&mut self) {
        // First of all, since emptying drops the user's values, which may panic.
        *lock(&OWNER) = None;
        clock::resume();
        switch::set_enabled(self.was_enabled);
        background::reopen();
        empty();
    }
}

fn empty() {
    registry::sites().into_iter().for_each(call::clear_now);
    cache::forget_numbers();
}

/// How often each function ran.
fn loads() -> Vec<(&'static str, u64)> {
    let ran = |what, site: &'static crate::Site| site.counters.get(what);
    registry::sites()
        .into_iter()
        .map(|site| (site.name(), ran(Count::Load, site) + ran(Count::LoadLost, site)))
        .collect()
}

#[track_caller]
fn assert_hit(before: &[(&'static str, u64)]) {
    let after = loads();
    let ran: Vec<_> = before.iter().zip(&after).filter(|(b, a)| b.1 != a.1).map(|(_, a)| a.0).collect();
    assert!(ran.is_empty(), "expected a hit, but {} ran", ran.join(", "));
}

#[track_caller]
fn assert_miss(before: &[(&'static str, u64)]) {
    let ran = before.iter().zip(loads()).any(|(before, after)| before.1 != after.1);
    assert!(ran, "expected a miss, but no cached function ran");
}

/// How long work in the background may take before a test is told that it hangs: a minute.
const PATIENCE: Nanos = 60_000_000_000;

static ALONE: Mutex<()> = Mutex::new(());

/// Who is isolated.
static OWNER: Mutex<Option<std::thread::ThreadId>> = Mutex::new(None);
