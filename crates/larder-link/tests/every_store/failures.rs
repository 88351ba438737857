//! Servers that are gone, frozen or slow, and networks that break connections: no call is late, no reply goes to the wrong caller, and all is well again by itself.

use std::{
    thread,
    time::{Duration, Instant},
};

use larder_core::store_bytes::{Answer, Answers, Operation};

use crate::support::{
    DEADLINE, HALVES, Half, NEXT_TO_NOTHING, Networked, RealServer, SLACK, SOON, With, add, eventually,
    fresh, get, number,
    proxy::{Fault, Proxy},
    put, put_if_absent, recovered, set_up, through, timed, until_not_asked, value,
};

/// Makes each of them a test of this store.
macro_rules! tests_of_every_store {
    ($store:ty) => {
        tests_of_every_store! { $store:
            a_server_that_starts_later_is_found
            a_killed_server_costs_ten_thousand_calls_next_to_nothing
            a_restart_between_two_calls_is_not_noticed_by_reads
            an_idle_connection_that_the_server_closed_costs_nobody_anything
            a_frozen_server_costs_one_call_its_deadline_and_the_others_nothing
            many_callers_of_a_frozen_server_keep_their_deadline
            a_half_open_connection_is_replaced
            a_black_hole_behaves_as_a_frozen_server
            whatever_the_network_does_no_call_is_late_and_no_reply_is_anothers
            a_dribble_ends_with_the_deadline
            what_may_not_be_done_twice_is_not_sent_twice
            a_crowded_pool_makes_callers_wait_and_no_longer_than_they_may
            the_name_of_a_host_that_nobody_knows_is_not_waited_for
        }
    };
    ($store:ty: $($name:ident)*) => {$(
        #[test]
        fn $name() {
            every_store::$name::<$store>();
        }
    )*};
}

/// For what is about time.
fn store<S: Networked>(url: &str) -> S {
    S::at(url, With::deadline(DEADLINE))
}

/// For what is not.
fn patient<S: Networked>(url: &str) -> S {
    S::at(url, With::patience())
}

fn assert_unavailable(answers: Answers) {
    let error = answers.expect_err("there is no server");
    assert!(error.is_unavailable(), "{error}");
}

/// A server that does not answer is not asked by a thousand calls. What happened to a caller who got no share of the machine is not held against it, so that it may take a few of them to find out.
fn costs_nothing(half: Half, store: &impl Networked) {
    let mut late = 0;
    let (_, took) = timed(|| {
        for _ in 0..1_000 {
            let error = half.ask(store, get("k")).unwrap_err();
            late += u32::from(error.is_timed_out());
            assert!(error.is_unavailable() || error.is_timed_out(), "{error}");
        }
    });
    assert!(late <= 3, "{half:?}: {late} calls waited for it");
    assert!(took < NEXT_TO_NOTHING, "{half:?}: {took:?} for a thousand calls");
}

/// What a store answers that is well.
fn answer_of(half: Half, store: &impl Networked, operation: &Operation) -> Answer {
    let mut answer = Answer::Done(false);
    eventually("it answers", || {
        half.ask(store, operation.clone()).is_ok_and(|now| {
            answer = now;
            true
        })
    });
    answer
}

pub(crate) fn a_server_that_starts_later_is_found<S: Networked>() {
    for half in HALVES {
        let mut server = S::Server::start();
        server.kill();
        let store = store::<S>(&server.url());
        assert_unavailable(half.run(&patient::<S>(&server.url()), &[get("x")]));
        until_not_asked(half, &store);
        server.restart();
        let took = recovered(half, &store);
        assert!(took < SOON, "{took:?}");
        assert!(store.is_available());
        assert!(store.outages() >= 1);
    }
}

pub(crate) fn a_killed_server_costs_ten_thousand_calls_next_to_nothing<S: Networked>() {
    for half in HALVES {
        let mut server = S::Server::start();
        let store = store::<S>(&server.url());
        set_up(half, &store, &put("k", b"v"));
        server.kill();
        let (_, took) = timed(|| {
            for _ in 0..10_000 {
                assert!(half.ask(&store, get("k")).is_err());
            }
        });
        assert!(took < NEXT_TO_NOTHING, "{half:?}: {took:?}");
        server.restart();
        recovered(half, &store);
        assert_eq!(answer_of(half, &store, &get("k")), Answer::Value(None));
    }
}

pub(crate) fn a_restart_between_two_calls_is_not_noticed_by_reads<S: Networked>() {
    for half in HALVES {
        let mut server = S::Server::start();
        let store = patient::<S>(&server.url());
        set_up(half, &store, &get("k"));
        server.restart();
        assert_eq!(half.ask(&store, get("k")).unwrap(), Answer::Value(None), "{half:?}");
    }
}

pub(crate) fn an_idle_connection_that_the_server_closed_costs_nobody_anything<S: Networked>() {
    let server = S::Server::closing_what_is_idle();
    let stores: Vec<(Half, S)> = HALVES.map(|half| (half, patient::<S>(&server.url()))).into();
    for (half, store) in &stores {
        set_up(*half, store, &get("k"));
    }
    eventually("the server closes what is idle", || server.clients() == 0);
    for (half, store) in &stores {
        // what may not be asked twice works too
        assert_eq!(half.ask(store, add(&fresh("sum"), 1, 0)).unwrap(), Answer::Number(Some(1)), "{half:?}");
    }
}

pub(crate) fn a_frozen_server_costs_one_call_its_deadline_and_the_others_nothing<S: Networked>() {
    for half in HALVES {
        let server = S::Server::start();
        let store = store::<S>(&server.url());
        set_up(half, &store, &put("k", b"v"));

        server.freeze();
        let (first, took) = timed(|| half.ask(&store, get("k")));
        assert!(first.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{half:?}: {took:?}");
        costs_nothing(half, &store);
        assert!(!store.is_available());

        server.thaw();
        let took = recovered(half, &store);
        assert!(took < SOON, "{half:?}: {took:?}");
        assert_eq!(answer_of(half, &store, &get("k")), value(b"v"));
    }
}

pub(crate) fn many_callers_of_a_frozen_server_keep_their_deadline<S: Networked>() {
    let server = S::Server::start();
    let store = S::at(&server.url(), With::deadline(DEADLINE).pool_size(4));
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

pub(crate) fn a_half_open_connection_is_replaced<S: Networked>() {
    for half in HALVES {
        let server = S::Server::start();
        let proxy = Proxy::before(server.port());
        let store = store::<S>(&through::<S>(&proxy));
        set_up(half, &store, &put("k", b"v"));
        proxy.leave_half_open();
        let (answer, took) = timed(|| half.ask(&store, get("k")));
        assert!(answer.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{took:?}");
        let took = recovered(half, &store);
        assert!(took < SOON, "{half:?}: {took:?}");
        assert_eq!(answer_of(half, &store, &get("k")), value(b"v"));
    }
}

pub(crate) fn a_black_hole_behaves_as_a_frozen_server<S: Networked>() {
    for half in HALVES {
        let server = S::Server::start();
        let proxy = Proxy::before(server.port());
        let store = store::<S>(&through::<S>(&proxy));
        set_up(half, &store, &put("k", b"v"));
        proxy.set(Fault::BlackHole);
        let (answer, took) = timed(|| half.ask(&store, get("k")));
        assert!(answer.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{took:?}");
        costs_nothing(half, &store);
        proxy.set(Fault::None);
        let took = recovered(half, &store);
        assert!(took < SOON, "{half:?}: {took:?}");
    }
}

pub(crate) fn whatever_the_network_does_no_call_is_late_and_no_reply_is_anothers<S: Networked>() {
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
    let server = S::Server::start();
    let proxy = Proxy::before(server.port());
    let store = store::<S>(&through::<S>(&proxy));
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
fn asks_for_its_own(half: Half, store: &impl Networked, key: &str) -> bool {
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

pub(crate) fn a_dribble_ends_with_the_deadline<S: Networked>() {
    for half in HALVES {
        let server = S::Server::start();
        let proxy = Proxy::before(server.port());
        let store = store::<S>(&through::<S>(&proxy));
        set_up(half, &store, &put("k", &[7; 10_000]));
        // each byte arrives long before any time-out of the system
        proxy.set(Fault::Dribble(Duration::from_millis(2)));
        let (answer, took) = timed(|| half.ask(&store, get("k")));
        assert!(answer.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{half:?}: {took:?}");
        proxy.set(Fault::None);
        recovered(half, &store);
        assert_eq!(answer_of(half, &store, &get("k")), value(&[7; 10_000]));
    }
}

pub(crate) fn what_may_not_be_done_twice_is_not_sent_twice<S: Networked>() {
    for half in HALVES {
        let server = S::Server::start();
        let proxy = Proxy::before(server.port());
        let store = patient::<S>(&through::<S>(&proxy));
        let sum = fresh("sum");
        // there is a connection for writes now
        half.ask(&store, add(&fresh("sum"), 1, 0)).unwrap();
        // it arrives and is done, and nobody hears of it
        proxy.set(Fault::Cut(0));
        assert!(half.ask(&store, add(&sum, 1, 0)).is_err());
        assert!(half.ask(&store, put_if_absent(&fresh("lock"), b"v")).is_err());
        proxy.set(Fault::None);
        recovered(half, &store);
        assert_eq!(half.ask(&store, number(&sum)).unwrap(), Answer::Number(Some(1)));
    }
}

pub(crate) fn a_crowded_pool_makes_callers_wait_and_no_longer_than_they_may<S: Networked>() {
    let server = S::Server::start();
    let proxy = Proxy::before(server.port());
    // two can be served in this time, on a machine that does other things too at least one
    let deadline = Duration::from_secs(2);
    let store = S::at(&through::<S>(&proxy), With::deadline(deadline).pool_size(1));
    set_up(Half::Threads, &store, &put("k", b"v"));
    proxy.set(Fault::Latency(Duration::from_millis(800)));
    let outcomes: Vec<bool> = thread::scope(|scope| {
        let asking: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let (answer, took) = timed(|| Half::Threads.ask(&store, get("k")));
                    assert!(took < deadline + SLACK, "{took:?}");
                    answer.is_ok()
                })
            })
            .collect();
        asking.into_iter().map(|thread| thread.join().expect("no caller fails")).collect()
    });
    assert!(outcomes.contains(&true), "those in front are served");
    assert!(outcomes.contains(&false), "those behind are told in time");
    assert_eq!(store.outages(), 0, "that the pool is small says nothing of the server");
}

pub(crate) fn the_name_of_a_host_that_nobody_knows_is_not_waited_for<S: Networked>() {
    for half in HALVES {
        let store = store::<S>(&format!("{}://no-such-host.invalid", S::SCHEME));
        let began = Instant::now();
        let error = half.ask(&store, get("k")).unwrap_err();
        assert!(error.is_unavailable() || error.is_timed_out(), "{error}");
        assert!(began.elapsed() < DEADLINE + SLACK);
    }
}
