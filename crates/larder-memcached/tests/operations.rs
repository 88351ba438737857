//! Every operation, in every half, on a real server.

mod support;

use std::{thread, time::Duration};

use larder_core::store_bytes::{Answer, Operation, Store};
use larder_memcached::Memcached;
use support::{
    HALVES, Half, MINUTE, add, fresh, get, number, proxy::Proxy, put, put_if_absent, raise, remaining,
    remove, remove_if, server::Server, url, value,
};

/// A server, and a store of it for each half.
fn everywhere(test: impl Fn(Half, &Memcached, &Server)) {
    let server = Server::start();
    for half in HALVES {
        // how fast the machine is at the moment is not what these are about
        let builder = Memcached::builder(&server.url()).expect("it is a URL").prefix("test");
        let store = builder.deadline(Duration::from_secs(5)).build();
        test(half, &store, &server);
    }
}

const SECOND: Duration = Duration::from_secs(1);

fn left(half: Half, store: &Memcached, key: &str) -> Option<Duration> {
    match half.ask(store, remaining(key)).expect("it answers") {
        Answer::Remaining(left) => left,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_put_is_there_until_it_is_removed() {
    everywhere(|half, store, _| {
        let key = fresh("value");
        assert_eq!(half.ask(store, get(&key)).unwrap(), Answer::Value(None));
        assert_eq!(half.ask(store, put(&key, b"one")).unwrap(), Answer::Done(true));
        assert_eq!(half.ask(store, get(&key)).unwrap(), value(b"one"));
        assert_eq!(half.ask(store, put(&key, b"two")).unwrap(), Answer::Done(true));
        assert_eq!(half.ask(store, get(&key)).unwrap(), value(b"two"));
        assert_eq!(half.ask(store, remove(&key)).unwrap(), Answer::Done(true));
        assert_eq!(half.ask(store, remove(&key)).unwrap(), Answer::Done(false));
        assert_eq!(half.ask(store, get(&key)).unwrap(), Answer::Value(None));
    });
}

#[test]
fn only_the_first_of_two_is_put_where_nothing_was() {
    everywhere(|half, store, _| {
        let key = fresh("lock");
        assert_eq!(half.ask(store, put_if_absent(&key, b"first")).unwrap(), Answer::Done(true));
        assert_eq!(half.ask(store, put_if_absent(&key, b"second")).unwrap(), Answer::Done(false));
        assert_eq!(half.ask(store, get(&key)).unwrap(), value(b"first"));
    });
}

#[test]
fn whatever_is_written_expires() {
    everywhere(|half, store, _| {
        let key = fresh("expiry");
        let writes = [
            put(&key, b"1"),
            put_if_absent(&fresh("expiry"), b"1"),
            raise(&fresh("expiry"), 1, MINUTE),
            add(&fresh("expiry"), 1, 0),
        ];
        for write in writes {
            half.ask(store, write.clone()).unwrap();
            let left = left(half, store, write.key()).expect("it is there");
            assert!(left <= MINUTE + SECOND && left > MINUTE / 2, "{write:?}: {left:?}");
        }
        half.ask(store, Operation::Put { key: key.clone(), value: vec![1], ttl: Duration::from_nanos(1) })
            .unwrap();
        support::eventually("it expires", || half.ask(store, get(&key)).unwrap() == Answer::Value(None));
        assert_eq!(left(half, store, &key), None);
    });
}

#[test]
fn the_longest_lifetime_is_taken() {
    everywhere(|half, store, _| {
        let (one, two) = (fresh("long"), fresh("long"));
        half.ask(store, Operation::Put { key: one.clone(), value: vec![1], ttl: Duration::MAX }).unwrap();
        half.ask(store, raise(&two, 1, Duration::MAX)).unwrap();
        for key in [one, two] {
            assert!(left(half, store, &key).expect("it is there") > MINUTE * 60 * 24 * 365);
        }
    });
}

#[test]
fn a_raised_number_never_shrinks_and_neither_does_its_expiry() {
    everywhere(|half, store, _| {
        let key = fresh("number");
        assert_eq!(half.ask(store, number(&key)).unwrap(), Answer::Number(None));
        assert_eq!(half.ask(store, raise(&key, 7, MINUTE)).unwrap(), Answer::Number(Some(7)));
        assert_eq!(half.ask(store, raise(&key, 5, MINUTE * 10)).unwrap(), Answer::Number(Some(7)));
        assert!(left(half, store, &key).unwrap() > MINUTE * 9, "the expiry was extended");
        assert_eq!(half.ask(store, raise(&key, 9, MINUTE)).unwrap(), Answer::Number(Some(9)));
        assert!(left(half, store, &key).unwrap() > MINUTE * 9, "the expiry did not shrink");
        assert_eq!(half.ask(store, raise(&key, 9, MINUTE)).unwrap(), Answer::Number(Some(9)));
        assert_eq!(half.ask(store, number(&key)).unwrap(), Answer::Number(Some(9)));
    });
}

#[test]
fn numbers_are_exact_up_to_the_largest() {
    everywhere(|half, store, _| {
        let key = fresh("number");
        for to in [1 << 53, (1 << 53) + 1, u64::MAX - 1, u64::MAX] {
            assert_eq!(half.ask(store, raise(&key, to - 1, MINUTE)).unwrap(), Answer::Number(Some(to - 1)));
            assert_eq!(half.ask(store, raise(&key, to, MINUTE)).unwrap(), Answer::Number(Some(to)));
            assert_eq!(half.ask(store, raise(&key, to - 1, MINUTE)).unwrap(), Answer::Number(Some(to)));
        }
    });
}

#[test]
fn sums_are_exact_and_saturate() {
    everywhere(|half, store, _| {
        let starts = [
            0,
            1,
            9_999_999_999,
            10_000_000_000,
            (1 << 53) - 1,
            (1 << 53) + 1,
            u64::MAX / 2,
            u64::MAX - 1,
            u64::MAX,
        ];
        let steps =
            [0, 1, -1, 9_999_999_999, -9_999_999_999, 10_000_000_000, i64::MAX, i64::MIN, i64::MIN + 1];
        for start in starts {
            for step in steps {
                let key = fresh("sum");
                let expected = if step < 0 {
                    start.saturating_sub(step.unsigned_abs())
                } else {
                    start.saturating_add(step.unsigned_abs())
                };
                let sum = half.ask(store, add(&key, step, start)).unwrap();
                assert_eq!(sum, Answer::Number(Some(expected)), "{start} and {step}");
                assert_eq!(half.ask(store, number(&key)).unwrap(), sum);
                // a number that is there is what counts, not `from`
                let again = half.ask(store, add(&key, 0, 5)).unwrap();
                assert_eq!(again, sum);
            }
        }
    });
}

#[test]
fn concurrent_raises_and_additions_lose_nothing() {
    let server = Server::start();
    let store = Memcached::builder(&server.url()).unwrap().deadline(Duration::from_secs(5)).build();
    let (sum, highest) = (fresh("sum"), fresh("highest"));
    thread::scope(|scope| {
        for worker in 0..8_u64 {
            let (store, sum, highest) = (&store, &sum, &highest);
            scope.spawn(move || {
                let half = HALVES[worker as usize % 2];
                for step in 0..100 {
                    half.ask(store, add(sum, 1, 0)).unwrap();
                    half.ask(store, raise(highest, step * 8 + worker, MINUTE)).unwrap();
                }
            });
        }
    });
    assert_eq!(Half::Threads.ask(&store, number(&sum)).unwrap(), Answer::Number(Some(800)));
    assert_eq!(Half::Threads.ask(&store, number(&highest)).unwrap(), Answer::Number(Some(799)));
}

#[test]
fn the_order_of_a_batch_holds_for_each_key() {
    everywhere(|half, store, _| {
        let key = fresh("order");
        let batch = [
            put(&key, b"5"),
            get(&key),
            raise(&key, 9, MINUTE),
            number(&key),
            add(&key, -2, 0),
            put_if_absent(&key, b"1"),
            remove_if(&key, b"7"),
            put_if_absent(&key, b"2"),
            get(&key),
            remove(&key),
            get(&key),
        ];
        let expected = [
            Answer::Done(true),
            value(b"5"),
            Answer::Number(Some(9)),
            Answer::Number(Some(9)),
            Answer::Number(Some(7)),
            Answer::Done(false),
            Answer::Done(true),
            Answer::Done(true),
            value(b"2"),
            Answer::Done(true),
            Answer::Value(None),
        ];
        assert_eq!(half.run(store, &batch).unwrap(), expected);
    });
}

#[test]
fn an_empty_batch_is_answered_without_asking() {
    let nowhere = Memcached::builder("memcached://127.0.0.1:1").unwrap().build();
    for half in HALVES {
        assert_eq!(half.run(&nowhere, &[]).unwrap(), []);
    }
}

#[test]
fn a_batch_is_one_round_trip() {
    let server = Server::start();
    for half in HALVES {
        let proxy = Proxy::before(server.port());
        let store = Memcached::builder(&url(&proxy)).unwrap().deadline(Duration::from_secs(5)).build();
        let key = fresh("trip");
        let warm = [put(&key, b"v"), raise(&fresh("trip"), 1, MINUTE), add(&fresh("trip"), 1, 0)];
        half.run(&store, &warm).unwrap();

        let before = proxy.round_trips();
        let mut batch: Vec<Operation> = (0..200).map(|at| get(&format!("{key}:{at}"))).collect();
        batch.extend([
            number(&key),
            remaining(&key),
            raise(&fresh("trip"), 2, MINUTE),
            add(&fresh("trip"), 1, 0),
        ]);
        half.run(&store, &batch).unwrap();
        assert_eq!(proxy.round_trips() - before, 1, "{half:?}");
        assert_eq!(proxy.accepted(), 1, "{half:?} uses one connection");
    }
}

#[test]
fn replies_are_not_mixed_up_between_callers() {
    let server = Server::start();
    let store =
        Memcached::builder(&server.url()).unwrap().deadline(Duration::from_secs(5)).pool_size(4).build();
    thread::scope(|scope| {
        for worker in 0..16 {
            let store = &store;
            scope.spawn(move || {
                let half = HALVES[worker % 3];
                for step in 0..100 {
                    let own = format!("{worker}:{step}");
                    let answers = half.run(store, &[put(&own, own.as_bytes()), get(&own)]).unwrap();
                    assert_eq!(answers[1], value(own.as_bytes()));
                }
            });
        }
    });
    let connected = server.stat("total_connections");
    assert!(connected < 30, "the pool has a bound, and connections are kept: {connected}");
}

#[test]
fn any_bytes_come_back_as_they_were() {
    everywhere(|half, store, _| {
        let every: Vec<u8> = (0..=255).collect();
        let large: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
        for bytes in [&b""[..], b"\r\n", b"EN\r\nVA 3\r\nabc\r\n", &every, &large] {
            let key = fresh("bytes");
            half.ask(store, put(&key, bytes)).unwrap();
            assert_eq!(half.ask(store, get(&key)).unwrap(), value(bytes));
        }
    });
}

#[test]
fn a_lock_is_released_by_its_holder_only() {
    everywhere(|half, store, _| {
        let key = fresh("lock");
        half.ask(store, put(&key, b"mine")).unwrap();
        assert_eq!(half.ask(store, remove_if(&key, b"yours")).unwrap(), Answer::Done(false));
        assert_eq!(half.ask(store, get(&key)).unwrap(), value(b"mine"));
        assert_eq!(half.ask(store, remove_if(&key, b"mine")).unwrap(), Answer::Done(true));
        assert_eq!(half.ask(store, remove_if(&key, b"mine")).unwrap(), Answer::Done(false));
    });
}

#[test]
fn an_expiry_beyond_thirty_days_is_what_was_asked_for() {
    everywhere(|half, store, _| {
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
    everywhere(|half, store, server| {
        let key = fresh("foreign");
        for text in ["", "x", "-1", "+1", "007", "1.5", "1 ", "1e3", "nan", "99999999999999999999", "\u{0}"] {
            half.ask(store, put(&key, text.as_bytes())).unwrap();
            assert_eq!(half.ask(store, number(&key)).unwrap(), Answer::Number(None), "{text:?}");
            assert_eq!(half.ask(store, raise(&key, 3, MINUTE)).unwrap(), Answer::Number(Some(3)), "{text:?}");
            half.ask(store, put(&key, text.as_bytes())).unwrap();
            assert_eq!(half.ask(store, add(&key, 1, 10)).unwrap(), Answer::Number(Some(11)), "{text:?}");
        }
        server.raw(&format!("set test:{key} 77 0 1\r\n5\r\n"));
        assert_eq!(left(half, store, &key), Some(Duration::MAX), "it never expires");
        assert_eq!(half.ask(store, raise(&key, 6, MINUTE)).unwrap(), Answer::Number(Some(6)));
        assert_eq!(left(half, store, &key), Some(Duration::MAX), "and goes on so");
    });
}

#[test]
fn numbers_that_are_read_and_changed_at_once_keep_their_expiry() {
    everywhere(|half, store, _| {
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
    everywhere(|half, store, server| {
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
    everywhere(|half, store, _| {
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
    let store = Memcached::builder(&server.url()).unwrap().deadline(Duration::from_secs(5)).build();
    for half in HALVES {
        half.ask(&store, put("k", b"v")).unwrap();
        let error = half.clear(&store, "k").unwrap_err();
        assert!(error.is_unsupported(), "{error}");
        assert_eq!(half.ask(&store, get("k")).unwrap(), value(b"v"));
    }
}

#[test]
fn it_says_what_it_is() {
    let store = Memcached::builder("memcached://localhost").unwrap().build();
    assert_eq!(store.name(), "memcached");
    let capabilities = store.capabilities();
    assert!(capabilities.pipelines && capabilities.lists && capabilities.is_shared);
}
