//! Behaviours of batches.

use super::{LONG, Trial};
use crate::store::bytes::{Answer, Operation, Store};

/// Nothing asked, nothing answered.
pub fn an_empty_batch_has_no_answers<S: Store>(trial: Trial<'_, S>) {
    assert_eq!(trial.subject.run(&[]), []);
}

/// The answers stand in the order of the operations, whatever their kinds and keys.
pub fn a_batch_answers_in_order<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    store.put("a", b"one", LONG);
    store.put("lock", b"token", LONG);
    store.raise("n", 5, LONG);
    let answers = store.run(&[
        number("n"),
        get("missing"),
        get("a"),
        Operation::Raise { key: "m".into(), to: 9, ttl: LONG },
        Operation::Remove { key: "missing".into() },
        Operation::PutIfAbsent { key: "b".into(), value: b"two".into(), ttl: LONG },
        Operation::RemoveIf { key: "lock".into(), value: b"token".into() },
        Operation::Add { key: "n2".into(), by: 2, from: 5, ttl: LONG },
        number("missing"),
        Operation::Remaining { key: "missing".into() },
        get("a"),
    ]);
    let one = || Answer::Value(Some(b"one".into()));
    let expected = [
        Answer::Number(Some(5)),
        Answer::Value(None),
        one(),
        Answer::Number(Some(9)),
        Answer::Done(false),
        Answer::Done(true),
        Answer::Done(true),
        Answer::Number(Some(7)),
        Answer::Number(None),
        Answer::Remaining(None),
        one(),
    ];
    assert_eq!(answers, expected);
}

/// For one key, an operation sees what the ones before it in the batch did.
pub fn the_order_of_a_batch_holds_for_each_key<S: Store>(trial: Trial<'_, S>) {
    let put = |value: &[u8]| Operation::Put { key: "a".into(), value: value.into(), ttl: LONG };
    let add = |by| Operation::Add { key: "n".into(), by, from: 10, ttl: LONG };
    let answers = trial.subject.run(&[
        put(b"one"),
        add(1),
        get("a"),
        put(b"two"),
        add(1),
        get("a"),
        number("n"),
        Operation::RemoveIf { key: "a".into(), value: b"one".into() },
        Operation::Remove { key: "a".into() },
        get("a"),
        Operation::PutIfAbsent { key: "a".into(), value: b"three".into(), ttl: LONG },
        add(-5),
        get("a"),
        Operation::Raise { key: "n".into(), to: 20, ttl: LONG },
        number("n"),
        Operation::Remove { key: "n".into() },
        add(0),
    ]);
    let value = |value: &[u8]| Answer::Value(Some(value.into()));
    let expected = [
        Answer::Done(true),
        Answer::Number(Some(11)),
        value(b"one"),
        Answer::Done(true),
        Answer::Number(Some(12)),
        value(b"two"),
        Answer::Number(Some(12)),
        Answer::Done(false),
        Answer::Done(true),
        Answer::Value(None),
        Answer::Done(true),
        Answer::Number(Some(7)),
        value(b"three"),
        Answer::Number(Some(20)),
        Answer::Number(Some(20)),
        Answer::Done(true),
        Answer::Number(Some(10)),
    ];
    assert_eq!(answers, expected);
}

/// Hundreds of operations are one batch like any other.
pub fn a_large_batch_is_answered<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    let keys: Vec<String> = (0..500).map(|n| format!("key:{n}")).collect();
    let put = |key: &String| Operation::Put { key: key.clone(), value: key.clone().into(), ttl: LONG };
    let puts: Vec<_> = keys.iter().map(put).collect();
    assert_eq!(store.run(&puts), vec![Answer::Done(true); keys.len()]);
    let gets: Vec<_> = keys.iter().rev().map(|key| get(key)).collect();
    let expected: Vec<_> = keys.iter().rev().map(|key| Answer::Value(Some(key.clone().into()))).collect();
    assert_eq!(store.run(&gets), expected);
}

fn get(key: &str) -> Operation {
    Operation::Get { key: key.into() }
}

fn number(key: &str) -> Operation {
    Operation::Number { key: key.into() }
}
