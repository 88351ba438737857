//! Servers that are gone, frozen, slow or unwilling, and networks that break connections: no call is late, no reply goes to the wrong caller, and all is well
//! again by itself.

mod support;

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    thread,
    time::{Duration, Instant},
};

use larder_core::store_bytes::{Answer, Answers, Operation, StoreError};
use larder_memcached::Memcached;
use support::{
    HALVES, Half, MINUTE, add, eventually, fresh, get,
    proxy::{Fault, Proxy},
    put, put_if_absent, raise,
    server::{Server, free_port},
    timed, url, value,
};

const DEADLINE: Duration = Duration::from_millis(250);

/// A call that has its deadline may be so much later on a machine that does other things too.
const SLACK: Duration = Duration::from_millis(1_750);

fn store(url: &str) -> Memcached {
    Memcached::builder(url).unwrap().deadline(DEADLINE).build()
}

/// For what is not about time.
fn patient(url: &str) -> Memcached {
    Memcached::builder(url).unwrap().deadline(DEADLINE * 20).build()
}

/// Does this on a store that is well. How fast the machine is at the moment is not what the tests are about, so that it may take more than one deadline.
fn set_up(half: Half, store: &Memcached, operation: &Operation) {
    eventually("what a test begins with is done", || half.ask(store, operation.clone()).is_ok());
}

/// Ends once the store answers again, and says after how long.
fn recovered(half: Half, store: &Memcached) -> Duration {
    let key = fresh("recovered");
    eventually("the store works again", || half.ask(store, put(&key, b"v")).is_ok())
}

/// Asks until the breaker is open; every call on the way keeps its deadline.
fn until_not_asked(half: Half, store: &Memcached) {
    eventually("the breaker is open", || {
        let (answer, took) = timed(|| half.ask(store, get("x")));
        assert!(answer.is_err());
        assert!(took < DEADLINE + SLACK, "{took:?}");
        !store.health().is_available
    });
}

fn assert_unavailable(answers: Answers) -> StoreError {
    let error = answers.expect_err("there is no server");
    assert!(error.is_unavailable(), "{error}");
    error
}

#[test]
fn a_server_that_starts_later_is_found() {
    for half in HALVES {
        let mut server = Server::start();
        server.kill();
        let store = store(&server.url());
        assert_unavailable(half.run(&store, &[get("x")]));
        until_not_asked(half, &store);
        server.restart();
        let took = recovered(half, &store);
        assert!(took < Duration::from_secs(5), "{took:?}");
        assert!(store.health().is_available);
        assert!(store.health().outages >= 1);
    }
}

#[test]
fn a_killed_server_costs_ten_thousand_calls_next_to_nothing() {
    for half in HALVES {
        let mut server = Server::start();
        let store = store(&server.url());
        set_up(half, &store, &put("k", b"v"));
        server.kill();
        let (_, took) = timed(|| {
            for _ in 0..10_000 {
                assert!(half.ask(&store, get("k")).is_err());
            }
        });
        assert!(took < Duration::from_secs(5), "{half:?}: {took:?}");
        server.restart();
        recovered(half, &store);
        assert_eq!(half.ask(&store, get("k")).unwrap(), Answer::Value(None));
    }
}

#[test]
fn a_restart_between_two_calls_is_not_noticed_by_reads() {
    for half in HALVES {
        let mut server = Server::start();
        let store = store(&server.url());
        set_up(half, &store, &get("k"));
        server.restart();
        assert_eq!(half.ask(&store, get("k")).unwrap(), Answer::Value(None), "{half:?}");
    }
}

#[test]
fn an_idle_connection_that_the_server_closed_costs_nobody_anything() {
    let server = Server::with(&["-o", "idle_timeout=1"]);
    let stores: Vec<(Half, Memcached)> = HALVES.map(|half| (half, patient(&server.url()))).into();
    for (half, store) in &stores {
        set_up(*half, store, &get("k"));
    }
    eventually("the server closes what is idle", || server.clients() == 0);
    for (half, store) in &stores {
        // what may not be asked twice works too
        assert_eq!(half.ask(store, add(&fresh("sum"), 1, 0)).unwrap(), Answer::Number(Some(1)), "{half:?}");
    }
}

#[test]
fn a_frozen_server_costs_one_call_its_deadline_and_the_others_nothing() {
    for half in HALVES {
        let server = Server::start();
        let store = store(&server.url());
        set_up(half, &store, &put("k", b"v"));

        server.freeze();
        let (first, took) = timed(|| half.ask(&store, get("k")));
        assert!(first.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{half:?}: {took:?}");
        let (_, took) = timed(|| {
            for _ in 0..1_000 {
                assert_unavailable(half.run(&store, &[get("k")]));
            }
        });
        assert!(took < Duration::from_secs(1), "{half:?}: {took:?} for a thousand calls");
        assert!(!store.health().is_available);

        server.thaw();
        let took = recovered(half, &store);
        assert!(took < Duration::from_secs(2), "{half:?}: {took:?}");
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
    }
}

#[test]
fn many_callers_of_a_frozen_server_keep_their_deadline() {
    let server = Server::start();
    let store = Memcached::builder(&server.url()).unwrap().deadline(DEADLINE).pool_size(4).build();
    server.freeze();
    thread::scope(|scope| {
        for caller in 0..32 {
            let store = &store;
            scope.spawn(move || {
                let (answer, took) = timed(|| HALVES[caller % 3].ask(store, get("k")));
                assert!(answer.is_err());
                assert!(took < DEADLINE + SLACK, "{took:?}");
            });
        }
    });
    server.thaw();
    for half in HALVES {
        recovered(half, &store);
    }
}

#[test]
fn a_half_open_connection_is_replaced() {
    for half in HALVES {
        let server = Server::start();
        let proxy = Proxy::before(server.port());
        let store = store(&url(&proxy));
        set_up(half, &store, &put("k", b"v"));
        proxy.leave_half_open();
        let (answer, took) = timed(|| half.ask(&store, get("k")));
        assert!(answer.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{took:?}");
        let took = recovered(half, &store);
        assert!(took < Duration::from_secs(1), "{half:?}: {took:?}");
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
    }
}

#[test]
fn a_black_hole_behaves_as_a_frozen_server() {
    for half in HALVES {
        let server = Server::start();
        let proxy = Proxy::before(server.port());
        let store = store(&url(&proxy));
        set_up(half, &store, &put("k", b"v"));
        proxy.set(Fault::BlackHole);
        let (answer, took) = timed(|| half.ask(&store, get("k")));
        assert!(answer.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{took:?}");
        let (_, took) =
            timed(|| (0..1_000).for_each(|_| drop(assert_unavailable(half.run(&store, &[get("k")])))));
        assert!(took < Duration::from_secs(1), "{took:?}");
        proxy.set(Fault::None);
        let took = recovered(half, &store);
        assert!(took < Duration::from_secs(4), "{half:?}: {took:?}");
    }
}

#[test]
fn whatever_the_network_does_no_call_is_late_and_no_reply_is_anothers() {
    let faults = [
        Fault::Latency(Duration::from_millis(20)),
        Fault::Latency(Duration::from_millis(400)),
        Fault::Reset,
        Fault::Cut(1),
        Fault::Cut(7),
        Fault::Cut(40),
        Fault::Dribble(Duration::from_millis(5)),
        Fault::Refuse,
    ];
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let store = store(&url(&proxy));
    let keys: Vec<String> = (0..12).map(|worker| format!("of:{worker}:{}", "x".repeat(worker * 3))).collect();
    for key in &keys {
        set_up(Half::Threads, &store, &put(key, key.as_bytes()));
    }
    for fault in faults {
        proxy.set(fault);
        let answered: usize = thread::scope(|scope| {
            let asking: Vec<_> = keys
                .iter()
                .enumerate()
                .map(|(worker, key)| {
                    let (store, half) = (&store, HALVES[worker % 3]);
                    scope.spawn(move || (0..20).filter(|_| asks_for_its_own(half, store, key)).count())
                })
                .collect();
            asking.into_iter().map(|thread| thread.join().expect("no caller fails")).sum()
        });
        if fault == Fault::Latency(Duration::from_millis(20)) {
            assert!(answered > 0, "what is slow but in time is answered");
        }
        proxy.set(Fault::None);
        for half in HALVES {
            recovered(half, &store);
        }
        for (worker, key) in keys.iter().enumerate() {
            eventually("everybody is answered again", || asks_for_its_own(HALVES[worker % 3], &store, key));
        }
    }
}

/// Whether there was an answer; it has to be the right one, and in time.
fn asks_for_its_own(half: Half, store: &Memcached, key: &str) -> bool {
    let (answers, took) = timed(|| half.run(store, &[get("nothing"), get(key)]));
    assert!(took < DEADLINE + SLACK, "{half:?}: {took:?}");
    match answers {
        Ok(answers) => {
            assert_eq!(answers, [Answer::Value(None), value(key.as_bytes())]);
            true
        }
        Err(error) => {
            assert!(error.is_unavailable() || error.is_timed_out(), "{error}");
            false
        }
    }
}

#[test]
fn a_dribble_ends_with_the_deadline() {
    for half in HALVES {
        let server = Server::start();
        let proxy = Proxy::before(server.port());
        let store = store(&url(&proxy));
        set_up(half, &store, &put("k", &[7; 10_000]));
        // each byte arrives long before any time-out of the system
        proxy.set(Fault::Dribble(Duration::from_millis(2)));
        let (answer, took) = timed(|| half.ask(&store, get("k")));
        assert!(answer.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{half:?}: {took:?}");
        proxy.set(Fault::None);
        recovered(half, &store);
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(&[7; 10_000]));
    }
}

#[test]
fn what_may_not_be_done_twice_is_not_sent_twice() {
    for half in HALVES {
        let server = Server::start();
        let proxy = Proxy::before(server.port());
        let store = patient(&url(&proxy));
        let sum = fresh("sum");
        set_up(half, &store, &get(&sum));
        // it arrives and is done, and nobody hears of it
        proxy.set(Fault::Cut(0));
        assert!(half.ask(&store, add(&sum, 1, 0)).is_err());
        assert!(half.ask(&store, put_if_absent(&fresh("lock"), b"v")).is_err());
        proxy.set(Fault::None);
        recovered(half, &store);
        assert_eq!(half.ask(&store, support::number(&sum)).unwrap(), Answer::Number(Some(1)));
    }
}

#[test]
fn a_crowded_pool_makes_callers_wait_and_no_longer_than_they_may() {
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let store = Memcached::builder(&url(&proxy)).unwrap().deadline(DEADLINE).pool_size(1).build();
    set_up(Half::Threads, &store, &put("k", b"v"));
    proxy.set(Fault::Latency(Duration::from_millis(100)));
    let outcomes: Vec<bool> = thread::scope(|scope| {
        let asking: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let (answer, took) = timed(|| Half::Threads.ask(&store, get("k")));
                    assert!(took < DEADLINE + SLACK, "{took:?}");
                    answer.is_ok()
                })
            })
            .collect();
        asking.into_iter().map(|thread| thread.join().expect("no caller fails")).collect()
    });
    assert!(outcomes.contains(&true), "those in front are served");
    assert!(outcomes.contains(&false), "those behind are told in time");
    assert_eq!(store.health().outages, 0, "that the pool is small says nothing of the server");
}

#[test]
fn the_name_of_a_host_that_nobody_knows_is_not_waited_for() {
    for half in HALVES {
        let store = store("memcached://no-such-host.invalid");
        let began = Instant::now();
        let error = half.ask(&store, get("k")).unwrap_err();
        assert!(error.is_unavailable() || error.is_timed_out(), "{error}");
        assert!(began.elapsed() < DEADLINE + SLACK);
    }
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
        assert_eq!(half.ask(&store, support::number("r")).unwrap(), Answer::Number(None));
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
        assert!(store.health().is_available, "a refusal is an answer");
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
        assert!(store.health().is_available);
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
        let (number, lock) = (fresh("number"), fresh("lock"));
        set_up(half, &store, &raise(&number, 5, MINUTE));
        set_up(half, &store, &put(&lock, b"mine"));
        for operation in [raise(&number, 6, MINUTE), add(&number, 1, 0), support::remove_if(&lock, b"mine")] {
            let error = half.ask(&store, operation).unwrap_err();
            assert!(error.is_unsupported() && error.to_string().contains("-C"), "{error}");
        }
        assert_eq!(half.ask(&store, support::number(&number)).unwrap(), Answer::Number(Some(5)));
        assert_eq!(half.ask(&store, support::remove_if(&lock, b"other")).unwrap(), Answer::Done(false));
        assert_eq!(half.ask(&store, get(&lock)).unwrap(), value(b"mine"));
        assert!(store.health().is_available, "a refusal is an answer");
    }
}
