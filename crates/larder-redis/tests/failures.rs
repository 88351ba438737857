//! Servers that are gone, frozen, slow or unwilling, and networks that break connections: no call is late, no reply goes to the wrong caller, and all is well again by itself.

mod support;

#[macro_use]
#[path = "../../larder-link/tests/every_store/failures.rs"]
mod every_store;

use std::{collections::BTreeSet, thread};

use larder_core::store_bytes::Answer;
use larder_redis::Redis;
use support::{
    DEADLINE, HALVES, Half, MINUTE, Networked, SLACK, With, add, eventually, get, number, put, put_if_absent,
    raise, recovered,
    server::{Server, free_port},
    set_up, timed, until_not_asked, value,
};

tests_of_every_store! { Redis }

/// For what is about time.
fn store(url: &str) -> Redis {
    Redis::at(url, With::deadline(DEADLINE))
}

/// For what is not.
fn patient(url: &str) -> Redis {
    Redis::at(url, With::patience())
}

#[test]
fn a_wrong_password_is_a_refusal_that_names_no_password() {
    let server = Server::with_password("right-password");
    for half in HALVES {
        let store = patient(&format!("redis://:wrong-password@127.0.0.1:{}", server.port()));
        let error = half.ask(&store, get("k")).unwrap_err();
        assert!(error.is_refused(), "{error}");
        assert!(
            !error.to_string().contains("wrong-password") && !format!("{error:?}").contains("wrong-password")
        );

        let without = patient(&server.url());
        let error = half.ask(&without, get("k")).unwrap_err();
        assert!(error.is_refused(), "{error}");
        let right = patient(&format!("redis://:right-password@127.0.0.1:{}", server.port()));
        assert_eq!(half.ask(&right, get("k")).unwrap(), Answer::Value(None));
    }
}

#[test]
fn a_password_that_is_made_right_on_the_server_is_enough() {
    let server = Server::with_password("old");
    let changed = store(&format!("redis://:new@127.0.0.1:{}", server.port()));
    until_not_asked(Half::Threads, &changed);
    server.admin(&["ACL", "SETUSER", "default", ">new"]);
    for half in HALVES {
        recovered(half, &changed);
    }
}

#[test]
fn a_replica_serves_reads_and_refuses_writes() {
    let master = Server::start();
    let replica = Server::with(&["--replicaof", "127.0.0.1", &master.port().to_string()]);
    master.admin(&["SET", "k", "v"]);
    eventually("it has caught up", || {
        replica.try_admin(&["GET", "k"]) == Ok(redis::Value::BulkString(b"v".into()))
    });
    for half in HALVES {
        let store = patient(&replica.url());
        for _ in 0..10 {
            for write in [put("k", b"w"), put_if_absent("n", b"w"), raise("r", 1, MINUTE), add("a", 1, 0)] {
                let error = half.ask(&store, write).unwrap_err();
                assert!(error.is_refused(), "{error}");
            }
        }
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
        assert!(store.is_available(), "a refusal is an answer");
    }
}

#[test]
fn a_replica_without_its_master_is_not_taken_for_well() {
    let gone = free_port().to_string();
    let replica = Server::with(&["--replicaof", "127.0.0.1", &gone, "--replica-serve-stale-data", "no"]);
    let store = patient(&replica.url());
    let error = Half::Threads.ask(&store, get("k")).unwrap_err();
    assert!(error.is_refused() && error.to_string().contains("MASTERDOWN"), "{error}");
    until_not_asked(Half::Threads, &store);
    replica.admin(&["REPLICAOF", "NO", "ONE"]);
    recovered(Half::Threads, &store);
}

#[test]
fn a_full_server_refuses_writes_and_serves_reads() {
    let server = Server::with(&["--maxmemory-policy", "noeviction"]);
    server.admin(&["SET", "k", "v"]);
    server.admin(&["CONFIG", "SET", "maxmemory", "1"]);
    for half in HALVES {
        let store = patient(&server.url());
        for write in [put("k", b"w"), raise("r", 1, MINUTE), add("a", 1, 0)] {
            let error = half.ask(&store, write).unwrap_err();
            assert!(error.is_refused() && error.to_string().contains("OOM"), "{error}");
        }
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
        assert!(store.is_available());
    }
}

#[test]
fn evictions_and_flushes_are_missing_values() {
    let server = Server::with(&["--maxmemory", "3mb", "--maxmemory-policy", "allkeys-random"]);
    for half in HALVES {
        let store = patient(&server.url());
        for at in 0..200 {
            half.ask(&store, put(&format!("evicted:{at}"), &[1; 20_000])).unwrap();
        }
        let there: Vec<Answer> =
            (0..200).map(|at| half.ask(&store, get(&format!("evicted:{at}"))).unwrap()).collect();
        assert!(there.contains(&Answer::Value(None)) && there.contains(&value(&[1; 20_000])));
        half.ask(&store, raise("r", 5, MINUTE)).unwrap();
        server.admin(&["FLUSHALL"]);
        assert_eq!(half.ask(&store, number("r")).unwrap(), Answer::Number(None));
    }
}

#[test]
fn a_server_without_room_for_more_clients_serves_those_it_has() {
    let server = Server::start();
    let store = store(&server.url());
    set_up(Half::Threads, &store, &put("k", b"v"));
    // the one that sets it counts too, and is gone afterwards
    server.admin(&["CONFIG", "SET", "maxclients", "2"]);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let (answer, took) = timed(|| Half::Threads.ask(&store, get("k")));
                    assert!(took < DEADLINE + SLACK, "{took:?}");
                    if let Ok(answer) = answer {
                        assert_eq!(answer, value(b"v"));
                    }
                }
            });
        }
    });
    recovered(Half::Threads, &store);
}

#[test]
fn nothing_it_prints_or_reports_holds_the_password() {
    let secret = "hunter2-very-secret";
    let (server, dead) = (Server::with_password("another"), free_port());
    let mut texts = BTreeSet::new();
    for place in [format!("127.0.0.1:{}", server.port()), format!("127.0.0.1:{dead}")] {
        let builder = Redis::builder(&format!("redis://alice:{secret}@{place}")).unwrap();
        texts.insert(format!("{builder:?} {builder:#?}"));
        let store = builder.build();
        for half in HALVES {
            for _ in 0..8 {
                let error = half.ask(&store, get("k")).unwrap_err();
                texts.insert(format!("{error} {error:?} {error:#?}"));
            }
        }
        texts.insert(format!("{store:?} {:?}", store.health()));
    }
    assert!(texts.len() > 4);
    for text in texts {
        assert!(!text.contains("hunter2"), "{text}");
    }
}
