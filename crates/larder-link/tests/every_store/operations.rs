//! Every operation, in every half, on a real server.

use std::{thread, time::Duration};

use larder_core::store_bytes::{Answer, Operation};

use crate::support::{
    DEADLINE, HALVES, Half, MINUTE, Networked, RealServer, With, add, eventually, fresh, get, left, number,
    proxy::Proxy, put, put_if_absent, raise, remaining, remove, remove_if, through, value,
};

/// Makes each of them a test of this store.
macro_rules! tests_of_every_store {
    ($store:ty) => {
        tests_of_every_store! { $store:
            what_is_put_is_there_until_it_is_removed
            any_bytes_come_back_as_they_were
            only_the_first_of_two_is_put_where_nothing_was
            a_lock_is_released_by_its_holder_only
            whatever_is_written_expires
            the_longest_lifetime_is_taken
            a_raised_number_never_shrinks_and_neither_does_its_expiry
            numbers_are_exact_up_to_the_largest
            sums_are_exact_and_saturate
            concurrent_raises_and_additions_lose_nothing
            what_is_no_number_is_a_missing_one
            the_order_of_a_batch_holds_for_each_key
            an_empty_batch_is_answered_without_asking
            a_batch_is_one_round_trip
            replies_are_not_mixed_up_between_callers
            it_says_what_it_is
        }
    };
    ($store:ty: $($name:ident)*) => {$(
        #[test]
        fn $name() {
            every_store::$name::<$store>();
        }
    )*};
}

/// A server, and a store of it for each half.
fn everywhere<S: Networked>(test: impl Fn(Half, &S)) {
    crate::support::everywhere::<S>(|half, store, _| test(half, store));
}

pub(crate) fn what_is_put_is_there_until_it_is_removed<S: Networked>() {
    everywhere::<S>(|half, store| {
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

pub(crate) fn any_bytes_come_back_as_they_were<S: Networked>() {
    everywhere::<S>(|half, store| {
        let every: Vec<u8> = (0..=255).collect();
        let large: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
        for bytes in [&b""[..], b"\r\n", b"$-1\r\n", b"EN\r\nVA 3\r\nabc\r\n", &every, &large] {
            let key = fresh("bytes");
            half.ask(store, put(&key, bytes)).unwrap();
            assert_eq!(half.ask(store, get(&key)).unwrap(), value(bytes));
        }
    });
}

pub(crate) fn only_the_first_of_two_is_put_where_nothing_was<S: Networked>() {
    everywhere::<S>(|half, store| {
        let key = fresh("lock");
        assert_eq!(half.ask(store, put_if_absent(&key, b"first")).unwrap(), Answer::Done(true));
        assert_eq!(half.ask(store, put_if_absent(&key, b"second")).unwrap(), Answer::Done(false));
        assert_eq!(half.ask(store, get(&key)).unwrap(), value(b"first"));
    });
}

pub(crate) fn a_lock_is_released_by_its_holder_only<S: Networked>() {
    everywhere::<S>(|half, store| {
        let key = fresh("lock");
        half.ask(store, put(&key, b"mine")).unwrap();
        assert_eq!(half.ask(store, remove_if(&key, b"yours")).unwrap(), Answer::Done(false));
        assert_eq!(half.ask(store, get(&key)).unwrap(), value(b"mine"));
        assert_eq!(half.ask(store, remove_if(&key, b"mine")).unwrap(), Answer::Done(true));
        assert_eq!(half.ask(store, remove_if(&key, b"mine")).unwrap(), Answer::Done(false));
    });
}

pub(crate) fn whatever_is_written_expires<S: Networked>() {
    everywhere::<S>(|half, store| {
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
            assert!(left <= MINUTE + S::TICK && left > MINUTE / 2, "{write:?}: {left:?}");
        }
        half.ask(store, Operation::Put { key: key.clone(), value: vec![1], ttl: Duration::from_nanos(1) })
            .unwrap();
        eventually("it expires", || half.ask(store, get(&key)).unwrap() == Answer::Value(None));
        assert_eq!(left(half, store, &key), None);
    });
}

pub(crate) fn the_longest_lifetime_is_taken<S: Networked>() {
    everywhere::<S>(|half, store| {
        let (one, two) = (fresh("long"), fresh("long"));
        half.ask(store, Operation::Put { key: one.clone(), value: vec![1], ttl: Duration::MAX }).unwrap();
        half.ask(store, raise(&two, 1, Duration::MAX)).unwrap();
        for key in [one, two] {
            assert!(left(half, store, &key).expect("it is there") > MINUTE * 60 * 24 * 365);
        }
    });
}

pub(crate) fn a_raised_number_never_shrinks_and_neither_does_its_expiry<S: Networked>() {
    everywhere::<S>(|half, store| {
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

pub(crate) fn numbers_are_exact_up_to_the_largest<S: Networked>() {
    everywhere::<S>(|half, store| {
        let key = fresh("number");
        for to in [1 << 53, (1 << 53) + 1, u64::MAX - 1, u64::MAX] {
            assert_eq!(half.ask(store, raise(&key, to - 1, MINUTE)).unwrap(), Answer::Number(Some(to - 1)));
            assert_eq!(half.ask(store, raise(&key, to, MINUTE)).unwrap(), Answer::Number(Some(to)));
            assert_eq!(half.ask(store, raise(&key, to - 1, MINUTE)).unwrap(), Answer::Number(Some(to)));
        }
    });
}

pub(crate) fn sums_are_exact_and_saturate<S: Networked>() {
    everywhere::<S>(|half, store| {
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

pub(crate) fn concurrent_raises_and_additions_lose_nothing<S: Networked>() {
    let server = S::Server::start();
    let store = S::at(&server.url(), With::patience());
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

pub(crate) fn the_order_of_a_batch_holds_for_each_key<S: Networked>() {
    everywhere::<S>(|half, store| {
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

pub(crate) fn an_empty_batch_is_answered_without_asking<S: Networked>() {
    let nowhere = S::at(&format!("{}://127.0.0.1:1", S::SCHEME), With::deadline(DEADLINE));
    for half in HALVES {
        assert_eq!(half.run(&nowhere, &[]).unwrap(), []);
    }
}

pub(crate) fn a_batch_is_one_round_trip<S: Networked>() {
    let server = S::Server::start();
    for half in HALVES {
        let proxy = Proxy::before(server.port());
        let store = S::at(&through::<S>(&proxy), With::patience());
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

pub(crate) fn replies_are_not_mixed_up_between_callers<S: Networked>() {
    let server = S::Server::start();
    let store = S::at(&server.url(), With::patience().pool_size(4));
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
    let connected = server.clients_ever();
    assert!(connected < 30, "the pool has a bound, and connections are kept: {connected}");
}

pub(crate) fn what_is_no_number_is_a_missing_one<S: Networked>() {
    everywhere::<S>(|half, store| {
        let key = fresh("foreign");
        for text in
            ["", "x", "-1", "+1", "007", "1.5", " 1", "1 ", "1e3", "nan", "99999999999999999999", "\u{0}"]
        {
            half.ask(store, put(&key, text.as_bytes())).unwrap();
            assert_eq!(half.ask(store, number(&key)).unwrap(), Answer::Number(None), "{text:?}");
            assert_eq!(half.ask(store, raise(&key, 3, MINUTE)).unwrap(), Answer::Number(Some(3)), "{text:?}");
            half.ask(store, put(&key, text.as_bytes())).unwrap();
            assert_eq!(half.ask(store, add(&key, 1, 10)).unwrap(), Answer::Number(Some(11)), "{text:?}");
        }
    });
}

pub(crate) fn it_says_what_it_is<S: Networked>() {
    let store = S::at(&format!("{}://localhost", S::SCHEME), With::patience());
    assert_eq!(store.name(), S::SCHEME);
    let capabilities = store.capabilities();
    assert!(capabilities.pipelines && capabilities.lists && capabilities.is_shared);
}
