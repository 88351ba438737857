//! Every operation, in every half, on a real server.

mod support;

#[macro_use]
#[path = "../../larder-link/tests/every_store/operations.rs"]
mod every_store;

use std::time::Duration;

use larder_core::store_bytes::{Answer, Operation};
use larder_redis::Redis;
use support::{
    HALVES, MINUTE, Networked, With, add, everywhere, fresh, get, left, number, put, raise, remove_if,
    server::Server, value,
};

tests_of_every_store! { Redis }

#[test]
fn foreign_values_are_missing_values() {
    everywhere::<Redis>(|half, store, server| {
        let key = fresh("foreign");
        let foreign = format!("test:{key}");
        server.admin(&["LPUSH", &foreign, "a", "b"]);
        assert_eq!(half.ask(store, get(&key)).unwrap(), Answer::Value(None));
        assert_eq!(half.ask(store, number(&key)).unwrap(), Answer::Number(None));
        assert_eq!(half.ask(store, raise(&key, 3, MINUTE)).unwrap(), Answer::Number(Some(3)));
        server.admin(&["DEL", &foreign]);
        server.admin(&["HSET", &foreign, "a", "b"]);
        assert_eq!(half.ask(store, add(&key, 3, 10)).unwrap(), Answer::Number(Some(13)));
        let lock = fresh("foreign");
        server.admin(&["LPUSH", &format!("test:{lock}"), "a list"]);
        assert_eq!(half.ask(store, remove_if(&lock, b"mine")).unwrap(), Answer::Done(false));
    });
}

#[test]
fn a_foreign_number_that_never_expires_goes_on_so() {
    everywhere::<Redis>(|half, store, server| {
        let key = fresh("persistent");
        server.admin(&["SET", &format!("test:{key}"), "5"]);
        assert_eq!(left(half, store, &key), Some(Duration::MAX));
        assert_eq!(half.ask(store, raise(&key, 6, MINUTE)).unwrap(), Answer::Number(Some(6)));
        assert_eq!(left(half, store, &key), Some(Duration::MAX));
    });
}

#[test]
fn scripts_that_the_server_forgot_are_sent_again() {
    everywhere::<Redis>(|half, store, server| {
        let keys: Vec<String> = (0..4).map(|_| fresh("script")).collect();
        server.admin(&["SCRIPT", "FLUSH"]);
        let batch =
            [raise(&keys[0], 1, MINUTE), put(&keys[1], b"v"), add(&keys[2], 2, 0), remove_if(&keys[3], b"")];
        let expected =
            [Answer::Number(Some(1)), Answer::Done(true), Answer::Number(Some(2)), Answer::Done(false)];
        assert_eq!(half.run(store, &batch).unwrap(), expected);
        // a script that it does not know does not fall behind what follows it
        server.admin(&["SCRIPT", "FLUSH"]);
        let key = fresh("script");
        let batch =
            [put(&key, b"5"), raise(&key, 9, MINUTE), get(&key), remove_if(&key, b"9"), put(&key, b"1")];
        let expected = [
            Answer::Done(true),
            Answer::Number(Some(9)),
            value(b"9"),
            Answer::Done(true),
            Answer::Done(true),
        ];
        assert_eq!(half.run(store, &batch).unwrap(), expected);
    });
}

#[test]
fn a_value_of_megabytes_comes_back_as_it_was() {
    everywhere::<Redis>(|half, store, _| {
        let (key, large) =
            (fresh("large"), (0..3_000_000_u32).map(|at| (at % 251) as u8).collect::<Vec<_>>());
        half.ask(store, put(&key, &large)).unwrap();
        assert_eq!(half.ask(store, get(&key)).unwrap(), value(&large));
    });
}

#[test]
fn a_unix_socket_does_as_well() {
    let server = Server::with_socket();
    let path = server.socket();
    for url in [format!("unix://{}", path.display()), format!("redis+unix://{}?db=3", path.display())] {
        let store = Redis::at(&url, With::patience());
        for half in HALVES {
            let key = fresh("socket");
            half.ask(&store, put(&key, b"v")).unwrap();
            assert_eq!(half.ask(&store, get(&key)).unwrap(), value(b"v"));
        }
    }
    assert!(server.info("keyspace", "db3").is_some(), "the number of the database counts");
}

#[test]
fn users_passwords_and_databases_are_those_of_the_url() {
    let server = Server::start();
    server.admin(&["ACL", "SETUSER", "alice", "on", ">s@crt:/", "~app:*", "+@all"]);
    let url = format!("redis://alice:s%40crt%3A%2F@127.0.0.1:{}/5", server.port());
    let store = Redis::at(&url, With::patience().prefix("app"));
    for half in HALVES {
        let key = fresh("login");
        half.ask(&store, put(&key, b"v")).unwrap();
        assert_eq!(half.ask(&store, get(&key)).unwrap(), value(b"v"));
    }
    assert!(server.info("keyspace", "db5").is_some());
    // what the user may not is a refusal, and nothing of a server that is gone
    let elsewhere = Redis::at(&url, With::patience().prefix("other"));
    for half in HALVES {
        for _ in 0..10 {
            let error = half.ask(&elsewhere, get("x")).unwrap_err();
            assert!(error.is_refused(), "{error}");
        }
    }
    assert!(elsewhere.is_available());
}

#[test]
fn clearing_removes_what_has_the_prefix_and_nothing_else() {
    everywhere::<Redis>(|half, store, server| {
        let mark = fresh("clear");
        let inside: Vec<Operation> = (0..2_500).map(|at| put(&format!("{mark}[*]?x:{at}"), b"v")).collect();
        half.run(store, &inside).unwrap();
        let outside =
            [put(&format!("{mark}*x:1"), b"v"), put(&format!("{mark}[a]bx:1"), b"v"), put("other", b"v")];
        half.run(store, &outside).unwrap();
        server.admin(&["SET", &format!("{mark}[*]?x:1"), "without the prefix of the store"]);

        assert_eq!(half.clear(store, &format!("{mark}[*]?x:")).unwrap(), 2_500);
        assert_eq!(half.clear(store, &format!("{mark}[*]?x:")).unwrap(), 0);
        for operation in &outside {
            assert_eq!(half.ask(store, get(operation.key())).unwrap(), value(b"v"), "{operation:?}");
        }
        assert_eq!(server.admin(&["EXISTS", &format!("{mark}[*]?x:1")]), redis::Value::Int(1));
        for forbidden in ["keys", "flushdb", "flushall"] {
            assert_eq!(server.calls(forbidden), 0);
        }
    });
}
