//! The store that keeps nothing: the behaviours of the suite that apply to it, and what it answers instead of the others.

use std::time::Duration;

use larder_core::{
    Null,
    store_bytes::{Answer, Operation, Store},
    testing::suite::{self, Half, Trial},
};

#[test]
fn it_passes_what_expects_nothing_to_be_found_again() {
    let behaviours: [fn(Trial<'_, Null>); 4] = [
        suite::nothing_is_there_at_first,
        suite::a_value_expires,
        suite::an_empty_batch_has_no_answers,
        suite::what_it_says_of_itself_is_plain,
    ];
    for half in [Half::Blocking, Half::Asynchronous] {
        behaviours.iter().for_each(|behaviour| behaviour(Trial::new(&Null, half)));
    }
}

#[test]
fn it_answers_as_if_everything_expired_at_once() {
    let (key, ttl) = (|| "a".to_owned(), Duration::from_secs(60));
    let batch = [
        Operation::Put { key: key(), value: b"one".into(), ttl },
        Operation::Get { key: key() },
        Operation::PutIfAbsent { key: key(), value: b"two".into(), ttl },
        Operation::PutIfAbsent { key: key(), value: b"two".into(), ttl },
        Operation::RemoveIf { key: key(), value: b"two".into() },
        Operation::Remove { key: key() },
        Operation::Raise { key: key(), to: 7, ttl },
        Operation::Number { key: key() },
        Operation::Add { key: key(), by: -2, from: 10, ttl },
        Operation::Add { key: key(), by: -2, from: 1, ttl },
        Operation::Remaining { key: key() },
    ];
    let expected = [
        Answer::Done(true),
        Answer::Value(None),
        Answer::Done(true),
        Answer::Done(true),
        Answer::Done(false),
        Answer::Done(false),
        Answer::Number(Some(7)),
        Answer::Number(None),
        Answer::Number(Some(8)),
        Answer::Number(Some(0)),
        Answer::Remaining(None),
    ];
    assert_eq!(Null.run(&batch).unwrap(), expected);
    assert_eq!(pollster::block_on(Null.run_async(&batch)).unwrap(), expected);
    assert_eq!(Null.clear("").unwrap(), 0);
    assert_eq!(pollster::block_on(Null.clear_async("a")).unwrap(), 0);
}
