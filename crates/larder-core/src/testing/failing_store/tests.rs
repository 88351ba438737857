use std::{pin::pin, thread, time::Duration};

use super::*;
use crate::{park::block_on, store::bytes::Answer, testing::MemoryStore};

fn store() -> FailingStore<MemoryStore> {
    let store = FailingStore::new(MemoryStore::new());
    store.run(&[put("a", b"value")]).unwrap();
    store
}

fn put(key: &str, value: &[u8]) -> Operation {
    Operation::Put { key: key.into(), value: value.into(), ttl: Duration::from_secs(60) }
}

fn get(key: &str) -> [Operation; 1] {
    [Operation::Get { key: key.into() }]
}

fn value(store: &impl Store, key: &str) -> Option<Vec<u8>> {
    match store.run(&get(key)).unwrap().remove(0) {
        Answer::Value(value) => value,
        other => panic!("{other:?}"),
    }
}

/// The result of each half, which has to be the same.
fn both(store: &FailingStore<MemoryStore>, batch: &[Operation]) -> Answers {
    let blocking = store.run(batch);
    let asynchronous = block_on(pin!(store.run_async(batch)));
    assert_eq!(format!("{blocking:?}"), format!("{asynchronous:?}"));
    blocking
}

#[test]
fn a_fault_that_keeps_from_being_done_leaves_the_store_as_it_was() {
    let store = store();
    type IsKind = fn(&StoreError) -> bool;
    let kinds = [
        (Fault::Unavailable, StoreError::is_unavailable as IsKind),
        (Fault::LosesRequest, StoreError::is_timed_out),
        (Fault::Refuses, StoreError::is_refused),
    ];
    for (fault, is_kind) in kinds {
        store.fail(fault);
        assert!(is_kind(&both(&store, &[put("a", b"other")]).unwrap_err()));
        assert!(is_kind(&store.clear("a").unwrap_err()));
        assert!(is_kind(&block_on(pin!(store.clear_async("a"))).unwrap_err()));
        assert_eq!(value(store.inner(), "a").as_deref(), Some(&b"value"[..]));
    }
}

#[test]
fn a_lost_answer_leaves_what_was_done() {
    let store = store();
    store.fail(Fault::LosesAnswer);
    assert!(both(&store, &[put("a", b"other")]).unwrap_err().is_timed_out());
    assert_eq!(value(store.inner(), "a").as_deref(), Some(&b"other"[..]));
    assert!(store.clear("a").unwrap_err().is_timed_out());
    assert_eq!(value(store.inner(), "a"), None);
}

#[test]
fn values_are_spoiled_on_their_way_out_only() {
    let store = store();
    store.run(&[put("empty", b"")]).unwrap();
    let cases: [(Fault, Option<&[u8]>); 3] =
        [(Fault::Corrupts, Some(b"vaLue")), (Fault::Truncates, Some(b"va")), (Fault::Forgets, None)];
    for (fault, expected) in cases {
        store.fail(fault);
        assert_eq!(both(&store, &get("a")).unwrap(), [Answer::Value(expected.map(Into::into))]);
        assert!(both(&store, &get("empty")).is_ok(), "there is nothing to spoil in an empty value");
        store.heal();
        assert_eq!(value(&store, "a").as_deref(), Some(&b"value"[..]));
    }
}

#[test]
fn a_fault_ends_after_as_many_batches_as_were_asked_for() {
    let store = store();
    store.fail_next(2, Fault::Unavailable);
    let failed: Vec<bool> = (0..4).map(|_| store.run(&get("a")).is_err()).collect();
    assert_eq!(failed, [true, true, false, false]);
}

#[test]
fn a_fault_may_concern_some_operations_only() {
    let store = store();
    store.fail_where(Fault::Refuses, |operation| matches!(operation, Operation::Put { .. }));
    assert!(store.run(&get("a")).is_ok());
    assert!(store.run(&[get("a")[0].clone(), put("b", b"")]).is_err());
    assert!(store.clear("a").is_ok());
}

#[test]
fn what_comes_is_counted() {
    let store = store();
    store.fail(Fault::Unavailable);
    let _ = store.run(&[get("a")[0].clone(), put("b", b"")]);
    let _ = store.clear("a");
    let _ = block_on(pin!(store.run_async(&get("a"))));
    assert_eq!((store.batches(), store.operations()), (4, 4));
}

#[test]
fn held_batches_go_on_when_they_are_released() {
    let store = store();
    let held = store.hold();
    thread::scope(|scope| {
        let blocking = scope.spawn(|| value(&store, "a"));
        let asynchronous = scope.spawn(|| block_on(pin!(store.run_async(&get("a")))).unwrap());
        held.wait_for(2);
        assert_eq!((held.came(), store.batches()), (2, 3));
        assert!(!blocking.is_finished() && !asynchronous.is_finished());
        held.release();
        assert_eq!(blocking.join().unwrap().as_deref(), Some(&b"value"[..]));
        assert_eq!(asynchronous.join().unwrap(), [Answer::Value(Some(b"value".into()))]);
    });
    assert!(value(&store, "a").is_some(), "nothing is held afterwards");
}
