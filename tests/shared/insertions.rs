//! `f::insert` over a store: it replaces the truth, for the function and for what others computed from its value.

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use larder::cached;
use larder::store::{Answer, Operation, Store};
use larder::testing::{FailingStore, Fault, MemoryStore, isolate};
use pollster::block_on;

use crate::Gate;
use crate::functions::{Shape, TRUTH, near, plain, plain_async, runs, tell};
use crate::switch::use_memory;

/// A function, what calls it, and how it is given a value.
type Way = (Shape, Shape, fn(u32, u32) -> Result<(), larder::Error>);

const WAYS: [Way; 3] = [
    (Shape::Plain, Shape::Around, plain::insert),
    (Shape::PlainAsync, Shape::AroundAsync, |id, value| block_on(plain_async::insert(id, value))),
    (Shape::Near, Shape::AroundNear, near::insert),
];

/// All that lies in the store under these entries.
fn entries(store: &FailingStore<MemoryStore>, keys: &[String]) -> HashMap<String, Vec<u8>> {
    let batch: Vec<_> = keys.iter().map(|key| Operation::Get { key: key.clone() }).collect();
    let answers = store.inner().run(&batch).unwrap();
    let value = |(key, answer): (&String, Answer)| match answer {
        Answer::Value(value) => Some((key.clone(), value?)),
        _ => None,
    };
    keys.iter().zip(answers).filter_map(value).collect()
}

#[test]
fn what_was_computed_from_the_value_before_ends() {
    let _alone = isolate();
    use_memory();
    tell(700, 1);
    for (bottom, around, insert) in WAYS {
        assert_eq!((around.call(700), bottom.call(700)), (1, 1));
        insert(700, 2).unwrap();
        assert_eq!(around.peek(700), None, "{around:?}");
        assert_eq!(runs(|| around.call(700)), (2, 0), "{around:?}: the inserted value is valid");
        assert_eq!((around.peek(700), bottom.peek(700)), (Some(2), Some(2)), "{bottom:?}");
        assert_eq!(runs(|| bottom.call(700)), (2, 0));
        insert(700, 3).unwrap();
        assert_eq!(runs(|| around.call(700)), (3, 0), "{around:?}");
        bottom.invalidate(crate::functions::Target::Key, 700).unwrap();
    }
}

/// Its tags and its user are those of a value that the function has given.
#[test]
fn the_value_has_the_functions_scopes_and_lifetime() {
    let time = isolate();
    use_memory();
    tell(701, 1);
    let ends: [fn(); 3] = [
        || larder::blocking::invalidate_tag("static:701").unwrap(),
        || larder::blocking::invalidate_user(701).unwrap(),
        || plain::clear().unwrap(),
    ];
    for end in ends {
        plain::insert(701, 2).unwrap();
        assert_eq!(plain(701), 2);
        end();
        assert_eq!(plain(701), 1);
    }
    plain::insert(701, 2).unwrap();
    time.advance(Duration::from_secs(61));
    assert_eq!(plain(701), 1);
}

/// Holds up who has read a value.
#[cached(ttl = 60, store = shared, ignore = [gate])]
fn slow(id: u32, gate: &Gate) -> u32 {
    let value = plain(id);
    gate.pass();
    value
}

#[test]
fn what_is_being_computed_from_the_value_before_is_not_valid() {
    let _alone = isolate();
    use_memory();
    tell(702, 1);
    let gate = Gate::default();
    thread::scope(|scope| {
        let late = scope.spawn(|| slow(702, &gate));
        gate.await_arrival();
        plain::insert(702, 2).unwrap();
        gate.open();
        assert_eq!(late.join().unwrap(), 1, "it began before");
    });
    assert_eq!(slow(702, &gate), 2);
    assert_eq!(slow::peek(702).unwrap(), Some(2));
}

/// Another process writes late what it computed before: it knows nothing of the insertion, but its values say so.
#[test]
fn what_another_process_writes_late_is_not_served() {
    let _alone = isolate();
    let store = use_memory();
    tell(703, 1);
    let keys = keys(&store, || assert_eq!(Shape::Around.call(703), 1));
    let old = entries(&store, &keys);
    assert_eq!(old.len(), 2, "of both functions");
    plain::insert(703, 2).unwrap();
    assert_eq!(Shape::Around.call(703), 2);
    let ttl = Duration::from_secs(60);
    let puts: Vec<_> = old.into_iter().map(|(key, value)| Operation::Put { key, value, ttl }).collect();
    store.inner().run(&puts).unwrap();
    tell(703, 3);
    assert_eq!(Shape::Around.call(703), 3);
}

/// The keys of the entries that are written meanwhile.
fn keys(store: &FailingStore<MemoryStore>, work: impl FnOnce()) -> Vec<String> {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let into = seen.clone();
    store.fail_where(Fault::Unavailable, move |operation| {
        if let Operation::Put { key, .. } = operation {
            into.lock().unwrap().push(key.clone());
        }
        false
    });
    work();
    store.heal();
    let mut keys = std::mem::take(&mut *seen.lock().unwrap());
    keys.sort();
    keys.dedup();
    keys
}

#[test]
fn a_transaction_stores_nothing_and_ends_what_was_there_when_it_succeeds() {
    let _alone = isolate();
    use_memory();
    tell(704, 1);
    for (bottom, around, insert) in WAYS {
        assert_eq!((around.call(704), bottom.call(704)), (1, 1));
        let transaction = |result: Result<(), ()>| {
            larder::defer_invalidations(|| {
                insert(704, 2).unwrap();
                result
            })
        };
        assert!(transaction(Err(())).is_err());
        assert_eq!(runs(|| (around.call(704), bottom.call(704))), ((1, 1), 0), "{bottom:?}");
        assert!(transaction(Ok(())).is_ok());
        assert_eq!(bottom.peek(704), None, "{bottom:?}");
        assert_eq!(runs(|| around.call(704)), (1, 1), "{around:?}");
    }
}

/// The caller is told. The value is lost; that the one before is not true any more is not.
#[test]
fn what_cannot_be_stored_ends_the_value_before_all_the_same() {
    let time = isolate();
    let store = use_memory();
    tell(705, 1);
    for (bottom, around, insert) in WAYS {
        tell(705, 1);
        assert_eq!(around.call(705), 1);
        store.fail(Fault::Unavailable);
        assert!(insert(705, 2).unwrap_err().as_store_error().is_some());
        store.heal();
        tell(705, 2);
        assert_eq!(around.call(705), 2, "{around:?}: this process keeps to it at once");
        insert(705, 3).unwrap();
        assert_eq!(around.call(705), 3, "{around:?}: what could be stored is valid");
        time.advance(Duration::from_millis(100));
        time.settle();
        assert_eq!(
            runs(|| bottom.call(705)),
            (3, 0),
            "{bottom:?}: and nothing is sent any more that ends it"
        );
    }
    store.fail(Fault::Unavailable);
    plain::insert(705, 4).unwrap_err();
    store.heal();
    time.advance(Duration::from_millis(100));
    time.settle();
    assert_eq!(runs(|| plain(705)), (2, 1));
    assert_eq!(runs(|| plain(705)), (2, 0), "it was sent");
}

#[cached(ttl = 60, store = shared, cache_if = |value| *value < 10)]
fn small(id: u32) -> u32 {
    TRUTH.lock().unwrap()[&id]
}

#[cached(ttl = 60, store = shared)]
fn around_small(id: u32) -> u32 {
    small(id)
}

#[test]
fn a_value_that_is_not_kept_ends_the_one_before() {
    let _alone = isolate();
    use_memory();
    tell(706, 1);
    assert_eq!(around_small(706), 1);
    tell(706, 2);
    small::insert(706, 10).unwrap();
    assert_eq!(small::peek(706).unwrap(), None);
    assert_eq!(around_small(706), 2);
}
