//! Runs that end late: after their key was invalidated, or given another value, they take nobody's place.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use larder::cached;
use larder::testing::isolate;

use crate::Gate;
use crate::switch::use_memory;

/// Holds the first run up.
#[derive(Default)]
struct Runs {
    gate: Gate,
    count: AtomicU32,
}

impl Runs {
    /// How many there were with this one.
    fn begin(&self) -> u32 {
        let run = self.count.fetch_add(1, SeqCst) + 1;
        if run == 1 {
            self.gate.pass();
        }
        run
    }
}

#[cached(ttl = 60, store = shared, ignore = [runs])]
fn number(key: u32, runs: &Runs) -> u32 {
    key + runs.begin()
}

/// The first run finds none, which is not kept.
#[cached(ttl = 60, store = shared, cache_none = false, ignore = [runs])]
fn maybe(key: u32, runs: &Runs) -> Option<u32> {
    match runs.begin() {
        1 => None,
        run => Some(key + run),
    }
}

#[test]
fn a_value_from_before_an_invalidation_does_not_replace_one_from_after_it() {
    let _alone = isolate();
    use_memory();
    let runs = Runs::default();
    thread::scope(|scope| {
        let late = scope.spawn(|| number(10, &runs));
        runs.gate.await_arrival();
        number::invalidate(10).unwrap();
        assert_eq!(number(10, &runs), 12);
        runs.gate.open();
        assert_eq!(late.join().unwrap(), 11);
    });
    assert_eq!(number(10, &runs), 12);
    assert_eq!(runs.count.load(SeqCst), 2, "the newer one is still there");
}

#[test]
fn an_answer_that_is_not_kept_removes_nothing_newer() {
    let _alone = isolate();
    use_memory();
    let overtakes: [fn(&Runs); 2] = [
        |runs| {
            maybe::invalidate(20).unwrap();
            assert_eq!(maybe(20, runs), Some(22));
        },
        |_| maybe::insert(20, Some(22)).unwrap(),
    ];
    for overtake in overtakes {
        maybe::clear().unwrap();
        let runs = Runs::default();
        thread::scope(|scope| {
            let late = scope.spawn(|| maybe(20, &runs));
            runs.gate.await_arrival();
            overtake(&runs);
            runs.gate.open();
            assert_eq!(late.join().unwrap(), None);
        });
        assert_eq!(maybe::peek(20).unwrap(), Some(Some(22)));
    }
}

/// What was there when the run began is not the answer any more.
#[test]
fn an_answer_that_is_not_kept_removes_what_was_there() {
    let _alone = isolate();
    use_memory();
    let runs = Runs::default();
    runs.gate.open();
    maybe::insert(30, Some(1)).unwrap();
    assert_eq!(maybe::refresh(30, &runs), None);
    assert_eq!(maybe::peek(30).unwrap(), None);
}
