//! Servers that are gone, frozen, slow or unwilling, and networks that break connections: no call is late, no reply goes to the wrong caller, and all is well again by itself.

mod support;

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use larder_core::store_bytes::{Answer, Answers, StoreError};
use larder_redis::Redis;
use support::{
    HALVES, Half, MINUTE, add, eventually, fresh, get,
    proxy::{Fault, Proxy},
    put, put_if_absent, raise,
    server::{Server, free_port},
    timed, value,
};

const DEADLINE: Duration = Duration::from_millis(250);

/// A call that has its deadline may be so much later on a machine that does other things too.
const SLACK: Duration = Duration::from_millis(750);

fn store(url: &str) -> Redis {
    Redis::builder(url).unwrap().deadline(DEADLINE).build()
}

/// Ends once the store answers again, and says after how long.
fn recovered(half: Half, store: &Redis) -> Duration {
    let key = fresh("recovered");
    eventually("the store works again", || half.ask(store, put(&key, b"v")).is_ok())
}

/// Asks until the breaker is open; every call on the way keeps its deadline.
fn until_not_asked(half: Half, store: &Redis) {
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
        half.ask(&store, put("k", b"v")).unwrap();
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
        half.ask(&store, get("k")).unwrap();
        server.restart();
        assert_eq!(half.ask(&store, get("k")).unwrap(), Answer::Value(None), "{half:?}");
    }
}

#[test]
fn an_idle_connection_that_the_server_closed_costs_nobody_anything() {
    let server = Server::with(&["--timeout", "1"]);
    let stores: Vec<(Half, Redis)> = HALVES.map(|half| (half, store(&server.url()))).into();
    for (half, store) in &stores {
        half.ask(store, get("k")).unwrap();
    }
    let clients = || server.info("clients", "connected_clients");
    eventually("the server closes what is idle", || clients().as_deref() == Some("1"));
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
        half.ask(&store, put("k", b"v")).unwrap();

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
    let store = Redis::builder(&server.url()).unwrap().deadline(DEADLINE).pool_size(4).build();
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
        let store = store(&proxy.url());
        half.ask(&store, put("k", b"v")).unwrap();
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
        let store = store(&proxy.url());
        half.ask(&store, put("k", b"v")).unwrap();
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
    let store = store(&proxy.url());
    let keys: Vec<String> = (0..12).map(|worker| format!("of:{worker}:{}", "x".repeat(worker * 3))).collect();
    for key in &keys {
        Half::Threads.ask(&store, put(key, key.as_bytes())).unwrap();
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
fn asks_for_its_own(half: Half, store: &Redis, key: &str) -> bool {
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
        let store = store(&proxy.url());
        half.ask(&store, put("k", &[7; 10_000])).unwrap();
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
        let store = store(&proxy.url());
        let sum = fresh("sum");
        half.ask(&store, add(&sum, 1, 0)).unwrap();
        // it arrives and is done, and nobody hears of it
        proxy.set(Fault::Cut(0));
        assert!(half.ask(&store, add(&sum, 1, 0)).is_err());
        assert!(half.ask(&store, put_if_absent(&fresh("lock"), b"v")).is_err());
        proxy.set(Fault::None);
        recovered(half, &store);
        assert_eq!(half.ask(&store, support::number(&sum)).unwrap(), Answer::Number(Some(2)));
    }
}

#[test]
fn a_wrong_password_is_a_refusal_that_names_no_password() {
    let server = Server::with_password("right-password");
    for half in HALVES {
        let store = store(&format!("redis://:wrong-password@127.0.0.1:{}", server.port()));
        let error = half.ask(&store, get("k")).unwrap_err();
        assert!(error.is_refused(), "{error}");
        assert!(
            !error.to_string().contains("wrong-password") && !format!("{error:?}").contains("wrong-password")
        );

        let without = self::store(&server.url());
        let error = half.ask(&without, get("k")).unwrap_err();
        assert!(error.is_refused(), "{error}");
        let right = self::store(&format!("redis://:right-password@127.0.0.1:{}", server.port()));
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
        let store = store(&replica.url());
        for _ in 0..10 {
            for write in [put("k", b"w"), put_if_absent("n", b"w"), raise("r", 1, MINUTE), add("a", 1, 0)] {
                let error = half.ask(&store, write).unwrap_err();
                assert!(error.is_refused(), "{error}");
            }
        }
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
        assert!(store.health().is_available, "a refusal is an answer");
    }
}

#[test]
fn a_replica_without_its_master_is_not_taken_for_well() {
    let gone = free_port().to_string();
    let replica = Server::with(&["--replicaof", "127.0.0.1", &gone, "--replica-serve-stale-data", "no"]);
    let store = store(&replica.url());
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
        let store = store(&server.url());
        for write in [put("k", b"w"), raise("r", 1, MINUTE), add("a", 1, 0)] {
            let error = half.ask(&store, write).unwrap_err();
            assert!(error.is_refused() && error.to_string().contains("OOM"), "{error}");
        }
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
        assert!(store.health().is_available);
    }
}

#[test]
fn evictions_and_flushes_are_missing_values() {
    let server = Server::with(&["--maxmemory", "3mb", "--maxmemory-policy", "allkeys-random"]);
    for half in HALVES {
        let store = store(&server.url());
        for at in 0..200 {
            half.ask(&store, put(&format!("evicted:{at}"), &[1; 20_000])).unwrap();
        }
        let there: Vec<Answer> =
            (0..200).map(|at| half.ask(&store, get(&format!("evicted:{at}"))).unwrap()).collect();
        assert!(there.contains(&Answer::Value(None)) && there.contains(&value(&[1; 20_000])));
        half.ask(&store, raise("r", 5, MINUTE)).unwrap();
        server.admin(&["FLUSHALL"]);
        assert_eq!(half.ask(&store, support::number("r")).unwrap(), Answer::Number(None));
    }
}

#[test]
fn a_server_without_room_for_more_clients_serves_those_it_has() {
    let server = Server::start();
    let store = store(&server.url());
    Half::Threads.ask(&store, put("k", b"v")).unwrap();
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
fn a_crowded_pool_makes_callers_wait_and_no_longer_than_they_may() {
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let store = Redis::builder(&proxy.url()).unwrap().deadline(DEADLINE).pool_size(1).build();
    Half::Threads.ask(&store, put("k", b"v")).unwrap();
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
        let store = store("redis://no-such-host.invalid:6379");
        let began = Instant::now();
        let error = half.ask(&store, get("k")).unwrap_err();
        assert!(error.is_unavailable() || error.is_timed_out(), "{error}");
        assert!(began.elapsed() < DEADLINE + SLACK);
    }
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
