//! Every operation, in every half, on a real server.

mod support;

#[macro_use]
#[path = "../../larder-link/tests/every_store/operations.rs"]
mod every_store;

use std::{thread, time::Duration};

use larder_core::store_bytes::{Answer, Operation};
use larder_memcached::Memcached;
use support::{
    HALVES, MINUTE, Networked, With, add, everywhere, fresh, get, left, number, put, raise, server::Server,
    value,
};

tests_of_every_store! { Memcached }

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn an_expiry_beyond_thirty_days_is_what_was_asked_for() {
    everywhere::<Memcached>(|half, store, _| {
        let day = SECOND * 60 * 60 * 24;
        for ttl in [day * 30 - SECOND, day * 30, day * 30 + SECOND, day * 31, day * 365] {
            let key = fresh("month");
            half.ask(store, Operation::Put { key: key.clone(), value: vec![1], ttl }).unwrap();
            let left = left(half, store, &key).expect("it is there");
            assert!(left <= ttl + SECOND * 3 && left > ttl - MINUTE, "{ttl:?}: {left:?}");
        }
    });
}

#[test]
fn foreign_values_are_missing_values() {
    everywhere::<Memcached>(|half, store, server| {
        let key = fresh("foreign");
        server.raw(&format!("set test:{key} 77 0 1\r\n5\r\n"));
        assert_eq!(left(half, store, &key), Some(Duration::MAX), "it never expires");
        assert_eq!(half.ask(store, raise(&key, 6, MINUTE)).unwrap(), Answer::Number(Some(6)));
        assert_eq!(left(half, store, &key), Some(Duration::MAX), "and goes on so");
    });
}

#[test]
fn numbers_that_are_read_and_changed_at_once_keep_their_expiry() {
    everywhere::<Memcached>(|half, store, _| {
        let key = fresh("read");
        half.ask(store, Operation::Add { key: key.clone(), by: 1, from: 0, ttl: SECOND * 10 }).unwrap();
        thread::scope(|scope| {
            let reading = scope.spawn(|| (0..200).for_each(|_| drop(half.ask(store, number(&key)).unwrap())));
            while !reading.is_finished() {
                half.ask(store, add(&key, 1, 0)).unwrap();
                assert!(left(half, store, &key).expect("it is there") > MINUTE / 2);
            }
        });
    });
}

#[test]
fn clearing_removes_what_has_the_prefix_and_nothing_else() {
    everywhere::<Memcached>(|half, store, server| {
        let mark = fresh("clear");
        let long = "x".repeat(300);
        let mut inside: Vec<Operation> =
            (0..2_500).map(|at| put(&format!("{mark}[*]?x:{at}"), b"v")).collect();
        inside.push(put(&format!("{mark}[*]?x:{long}"), b"v"));
        half.run(store, &inside).unwrap();
        let outside = [
            put(&format!("{mark}*x:1"), b"v"),
            put(&format!("{mark}[a]bx:1"), b"v"),
            put(&long, b"v"),
            put("other", b"v"),
        ];
        half.run(store, &outside).unwrap();
        server.raw(&format!("set {mark}[*]?x:1 0 0 7\r\nwithout\r\n"));

        assert_eq!(half.clear(store, &format!("{mark}[*]?x:")).unwrap(), 2_501);
        assert_eq!(half.clear(store, &format!("{mark}[*]?x:")).unwrap(), 0);
        for operation in &outside {
            assert_eq!(half.ask(store, get(operation.key())).unwrap(), value(b"v"), "{operation:?}");
        }
        assert!(server.raw(&format!("get {mark}[*]?x:1\r\n")).contains("without"), "of another prefix");
        assert_eq!(server.stat("cmd_flush"), 0);
        let error = half.clear(store, &long).unwrap_err();
        assert!(error.is_unsupported(), "{error}");
    });
}

#[test]
fn those_who_clear_at_the_same_time_wait_for_each_other() {
    everywhere::<Memcached>(|half, store, _| {
        let marks: Vec<String> = (0..6).map(|_| fresh("clear")).collect();
        for mark in &marks {
            let inside: Vec<Operation> = (0..500).map(|at| put(&format!("{mark}/{at}"), b"v")).collect();
            half.run(store, &inside).unwrap();
        }
        thread::scope(|scope| {
            for mark in &marks {
                scope.spawn(move || assert_eq!(half.clear(store, &format!("{mark}/")).unwrap(), 500));
            }
        });
    });
}

#[test]
fn a_server_that_does_not_list_its_keys_says_so() {
    let server = Server::with(&["-o", "no_lru_crawler"]);
    let store = Memcached::at(&server.url(), With::patience());
    for half in HALVES {
        half.ask(&store, put("k", b"v")).unwrap();
        let error = half.clear(&store, "k").unwrap_err();
        assert!(error.is_unsupported(), "{error}");
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
    }
}
