//! Servers that are gone, frozen, slow or unwilling, and networks that break connections: no call is late, no reply goes to the wrong caller, and all is well again by itself.

mod support;

#[macro_use]
#[path = "../../larder-link/tests/every_store/failures.rs"]
mod every_store;

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    thread,
};

use larder_core::store_bytes::Answer;
use larder_memcached::Memcached;
use support::{
    DEADLINE, HALVES, Half, MINUTE, Networked, SLACK, With, add, fresh, get, number, put, raise, recovered,
    remove_if,
    server::{Server, free_port},
    set_up, timed, until_not_asked, value,
};

tests_of_every_store! { Memcached }

/// For what is about time.
fn store(url: &str) -> Memcached {
    Memcached::at(url, With::deadline(DEADLINE))
}

/// For what is not.
fn patient(url: &str) -> Memcached {
    Memcached::at(url, With::patience())
}

#[test]
fn a_wrong_password_is_a_refusal_that_names_no_password() {
    let server = Server::with_password("alice", "right-password");
    let place = format!("127.0.0.1:{}", server.port());
    for half in HALVES {
        let store = patient(&format!("memcached://alice:wrong-password@{place}"));
        let error = half.ask(&store, get("k")).unwrap_err();
        assert!(error.is_refused(), "{error}");
        assert!(
            !error.to_string().contains("wrong-password") && !format!("{error:?}").contains("wrong-password")
        );

        let without = patient(&server.url());
        let error = half.ask(&without, get("k")).unwrap_err();
        assert!(error.is_refused() && error.to_string().contains("unauthenticated"), "{error}");
        until_not_asked(half, &without);
        let right = patient(&format!("memcached://alice:right-password@{place}"));
        assert_eq!(half.ask(&right, put("k", b"v")).unwrap(), Answer::Done(true));
        assert_eq!(half.ask(&right, get("k")).unwrap(), value(b"v"));
    }
}

#[test]
fn a_password_that_is_made_right_on_the_server_is_enough() {
    let mut server = Server::with_password("alice", "old");
    let changed = store(&format!("memcached://alice:new@127.0.0.1:{}", server.port()));
    until_not_asked(Half::Threads, &changed);
    server.set_password("alice", "new");
    server.restart();
    for half in HALVES {
        recovered(half, &changed);
    }
}

#[test]
fn a_server_that_wants_no_password_does_not_keep_the_one_it_gets() {
    let server = Server::start();
    for half in HALVES {
        let store = patient(&format!("memcached://alice:hunter2@127.0.0.1:{}", server.port()));
        set_up(half, &store, &put("k", b"v"));
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
    }
    let listed = server.raw("get larder:login\r\n");
    assert!(!listed.contains("hunter2"), "{listed}");
}

#[test]
fn what_a_server_has_no_room_for_is_missing() {
    let server = Server::with(&["-m", "8"]);
    for half in HALVES {
        let store = patient(&server.url());
        for at in 0..400 {
            half.ask(&store, put(&format!("evicted:{at}"), &[1; 100_000])).unwrap();
        }
        let there: Vec<Answer> =
            (0..400).map(|at| half.ask(&store, get(&format!("evicted:{at}"))).unwrap()).collect();
        assert!(there.contains(&Answer::Value(None)) && there.contains(&value(&[1; 100_000])));
        half.ask(&store, raise("r", 5, MINUTE)).unwrap();
        server.raw("flush_all\r\n");
        assert_eq!(half.ask(&store, number("r")).unwrap(), Answer::Number(None));
    }
}

#[test]
fn a_full_server_refuses_writes_and_serves_reads() {
    // it may not evict, and has room for one page of each size
    let server = Server::with(&["-m", "2", "-M"]);
    for half in HALVES {
        let store = patient(&server.url());
        set_up(half, &store, &put("k", b"v"));
        let full = |at| half.ask(&store, put(&format!("full:{at}"), &[1; 10_000]));
        let error = (0..10_000).find_map(|at| full(at).err()).expect("it has an end");
        assert!(error.is_refused() && error.to_string().contains("memory"), "{error}");
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
        assert!(store.is_available(), "a refusal is an answer");
        server.raw("flush_all\r\n");
    }
}

#[test]
fn a_value_that_the_server_finds_too_large_is_said_to_be() {
    let server = Server::start();
    for half in HALVES {
        let builder = Memcached::builder(&server.url()).unwrap().largest_value(4 << 20);
        let store = builder.deadline(DEADLINE * 10).build();
        set_up(half, &store, &put("k", b"v"));
        let error = half.ask(&store, put("k", &[1; 2 << 20])).unwrap_err();
        assert!(error.is_too_large(), "{error}");
        assert_eq!(half.ask(&store, get("k")).unwrap(), Answer::Value(None), "and never the one before");
        assert!(store.is_available());
    }
}

#[test]
fn what_is_no_memcached_is_noticed() {
    for greeting in
        ["HTTP/1.1 400 Bad Request\r\n\r\n", "-ERR unknown command\r\n", "VA 1 O0\r\nx\r\n", "ERROR\r\n"]
    {
        let port = answering(greeting.as_bytes());
        for half in HALVES {
            let store = store(&format!("memcached://127.0.0.1:{port}"));
            for _ in 0..3 {
                let (answer, took) = timed(|| half.ask(&store, get("k")));
                assert!(answer.is_err(), "{greeting:?}");
                assert!(took < DEADLINE + SLACK, "{greeting:?}: {took:?}");
            }
            until_not_asked(half, &store);
        }
    }
}

/// A port at which every line is answered by this.
fn answering(reply: &'static [u8]) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || {
                let (mut client, mut buffer) = (client, [0; 4096]);
                while client.read(&mut buffer).is_ok_and(|read| read > 0) && client.write_all(reply).is_ok() {
                }
            });
        }
    });
    port
}

#[test]
fn nothing_it_prints_or_reports_holds_the_password() {
    let secret = "hunter2-very-secret";
    let (server, dead) = (Server::with_password("alice", "another"), free_port());
    let mut texts = BTreeSet::new();
    for place in [format!("127.0.0.1:{}", server.port()), format!("127.0.0.1:{dead}")] {
        let builder = Memcached::builder(&format!("memcached://alice:{secret}@{place}")).unwrap();
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

#[test]
fn a_server_without_versions_is_said_to_have_none() {
    let server = Server::with(&["-C"]);
    for half in HALVES {
        let store = patient(&server.url());
        let (sum, lock) = (fresh("number"), fresh("lock"));
        set_up(half, &store, &raise(&sum, 5, MINUTE));
        set_up(half, &store, &put(&lock, b"mine"));
        for operation in [raise(&sum, 6, MINUTE), add(&sum, 1, 0), remove_if(&lock, b"mine")] {
            let error = half.ask(&store, operation).unwrap_err();
            assert!(error.is_unsupported() && error.to_string().contains("-C"), "{error}");
        }
        assert_eq!(half.ask(&store, number(&sum)).unwrap(), Answer::Number(Some(5)));
        assert_eq!(half.ask(&store, remove_if(&lock, b"other")).unwrap(), Answer::Done(false));
        assert_eq!(half.ask(&store, get(&lock)).unwrap(), value(b"mine"));
        assert!(store.is_available(), "a refusal is an answer");
    }
}
