//! `stale_if_error` with single flight: whoever waits for a run that fails gets the last good value, whoever runs, however it fails, and nobody runs it again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};
use std::thread;

use larder::testing::{Isolated, isolate};
use larder::{CallOptions, FunctionStats, Lookup, Source as From, cached, with_options};

use crate::support::{Says, Source, eventually, seconds, waiting};

static SOURCE: Source = Source::new();

/// An error that cannot be copied for those who wait.
#[derive(Debug, PartialEq, Eq)]
struct Unique;

#[cached(ttl = 10, stale_if_error = 60, retry_after = 5)]
fn shared(id: u32) -> Result<u32, String> {
    let _ = id;
    SOURCE.ask()
}

#[cached(ttl = 10, stale_if_error = 60, retry_after = 5)]
fn unique(id: u32) -> Result<u32, Unique> {
    let _ = id;
    SOURCE.ask().map_err(|_| Unique)
}

#[cached(ttl = 10, stale_if_error = 60, retry_after = 5)]
async fn later(id: u32) -> Result<u32, String> {
    let _ = id;
    SOURCE.ask_async().await
}

#[cached(ttl = 10, stale_if_error = 60, stale_while_revalidate = 5, retry_after = 5)]
fn revalidated(id: u32) -> Result<u32, String> {
    let _ = id;
    SOURCE.ask()
}

#[cached(ttl = 10, stale_while_revalidate = 600, retry_after = 5)]
fn behind(id: u32) -> Result<u32, String> {
    let _ = id;
    SOURCE.ask()
}

#[cached(ttl = 10, stale_while_revalidate = 600, retry_after = 5)]
fn behind_unique(id: u32) -> Result<u32, Unique> {
    let _ = id;
    SOURCE.ask().map_err(|_| Unique)
}

#[cached(ttl = 10, stale_while_revalidate = 600, retry_after = 5)]
async fn behind_later(id: u32) -> Result<u32, Unique> {
    let _ = id;
    SOURCE.ask_async().await.map_err(|_| Unique)
}

/// Stores the value 1 and lets its lifetime end.
fn grown_stale(time: &Isolated, load: impl FnOnce()) {
    SOURCE.reset();
    load();
    time.advance(seconds(11));
    assert_eq!(SOURCE.asked(), 1);
}

/// Eight threads call while the function runs for the first of them and then fails; what they got.
fn eight<T: Send>(says: Says, stats: fn() -> FunctionStats, call: impl Fn() -> T + Sync) -> Vec<T> {
    SOURCE.say(says);
    let gate = SOURCE.hold();
    thread::scope(|scope| {
        let first = scope.spawn(&call);
        gate.await_arrival();
        let others: Vec<_> = (0..7).map(|_| scope.spawn(&call)).collect();
        waiting(7, stats);
        gate.open();
        [first].into_iter().chain(others).map(|caller| caller.join().unwrap()).collect()
    })
}

fn assert_all_stale<E: std::fmt::Debug + PartialEq>(found: &[Lookup<Result<u32, E>>]) {
    assert_eq!(found.len(), 8);
    for lookup in found {
        assert_eq!((&lookup.value, lookup.source, lookup.age), (&Ok(1), From::Stale, seconds(11)));
    }
    assert_eq!(SOURCE.asked(), 2, "one execution");
}

#[test]
fn eight_callers_of_a_failing_function_run_it_once_and_all_get_the_stale_value() {
    let time = isolate();
    for says in [Says::Down, Says::Panic] {
        grown_stale(&time, || _ = shared(1));
        assert_all_stale(&eight(says, shared::stats, || shared::lookup(1)));
        shared::clear();

        grown_stale(&time, || _ = unique(1));
        assert_all_stale(&eight(says, unique::stats, || unique::lookup(1)));
        unique::clear();

        grown_stale(&time, || _ = pollster::block_on(later(1)));
        assert_all_stale(&eight(says, later::stats, || pollster::block_on(later::lookup(1))));
        later::clear();
    }
    let stats = shared::stats();
    assert_eq!((stats.stale, stats.loads, stats.load_errors, stats.loads_lost), (16, 3, 1, 1));
    assert_eq!((stats.running, stats.waiting), (0, 0));
}

#[test]
fn who_does_not_read_shares_the_failing_run_too() {
    let time = isolate();
    for says in [Says::Down, Says::Panic] {
        let options = CallOptions::new().skip_read();
        grown_stale(&time, || _ = shared(2));
        assert_all_stale(&eight(says, shared::stats, || with_options(options, || shared::lookup(2))));
        shared::clear();

        grown_stale(&time, || _ = unique(2));
        assert_all_stale(&eight(says, unique::stats, || with_options(options, || unique::lookup(2))));
        unique::clear();
    }
}

#[test]
fn who_wants_nothing_stale_gets_the_error_of_the_run_he_waited_for() {
    let time = isolate();
    grown_stale(&time, || _ = shared(3));
    let options = CallOptions::new().max_stale(seconds(0));
    let found = eight(Says::Down, shared::stats, || with_options(options, || shared(3)));
    assert_eq!(found, vec![Err("down".to_owned()); 8]);
    assert_eq!(SOURCE.asked(), 2, "one execution");
}

#[test]
fn without_a_stale_value_all_get_the_error_of_one_run() {
    let _time = isolate();
    SOURCE.reset();
    let found = eight(Says::Down, shared::stats, || shared(4));
    assert_eq!(found, vec![Err("down".to_owned()); 8]);
    assert_eq!(SOURCE.asked(), 1);
}

#[test]
fn without_a_stale_value_a_panic_stays_with_its_caller() {
    let _time = isolate();
    SOURCE.reset();
    SOURCE.say(Says::Panic);
    let gate = SOURCE.hold();
    thread::scope(|scope| {
        let first = scope.spawn(|| catch_unwind(AssertUnwindSafe(|| shared(5))).is_err());
        gate.await_arrival();
        let second = scope.spawn(|| shared::lookup(5));
        waiting(1, shared::stats);
        SOURCE.say(Says::Value(2));
        gate.open();
        assert!(first.join().unwrap());
        let second = second.join().unwrap();
        assert_eq!((second.value, second.source), (Ok(2), From::Miss), "another caller takes over");
    });
}

/// What is left of the calls after a background run or a refresh has failed, for which they waited: past the one window and within the other.
#[test]
fn who_waits_for_a_failing_run_in_the_background_gets_the_stale_value() {
    let time = isolate();
    for says in [Says::Down, Says::Panic] {
        grown_stale(&time, || _ = revalidated(1));
        SOURCE.say(says);
        let gate = SOURCE.hold();
        assert!(revalidated::lookup(1).is_stale(), "and is refreshed behind");
        gate.await_arrival();
        time.advance(seconds(10));
        thread::scope(|scope| {
            let waiter = scope.spawn(|| revalidated::lookup(1));
            waiting(1, revalidated::stats);
            gate.open();
            let found = waiter.join().unwrap();
            assert_eq!((found.value, found.source, found.age), (Ok(1), From::Stale, seconds(21)), "{says:?}");
        });
        time.settle();
        assert_eq!(SOURCE.asked(), 2, "one execution, {says:?}");
        revalidated::clear();
    }
}

#[test]
fn who_waits_for_a_failing_refresh_gets_the_stale_value_and_who_refreshes_the_error() {
    let time = isolate();
    grown_stale(&time, || _ = shared(6));
    SOURCE.say(Says::Down);
    let gate = SOURCE.hold();
    thread::scope(|scope| {
        let refresh = || shared::refresh(6);
        let leader = scope.spawn(refresh);
        gate.await_arrival();
        let (refreshing, calling) = (scope.spawn(refresh), scope.spawn(|| shared::lookup(6)));
        waiting(2, shared::stats);
        gate.open();
        assert_eq!(leader.join().unwrap(), Err("down".into()));
        assert_eq!(refreshing.join().unwrap(), Err("down".into()));
        let found = calling.join().unwrap();
        assert_eq!((found.value, found.source), (Ok(1), From::Stale));
    });
    assert_eq!(SOURCE.asked(), 2);
}

/// A stale hit starts a run in the background while a caller refreshes the key, which fails: how often the function has run then, and once `retry_after` is over.
fn joined_by_the_background<T>(
    time: &Isolated,
    says: Says,
    stats: fn() -> FunctionStats,
    refresh: impl Fn() -> T + Sync,
    is_served: impl Fn() -> bool,
) {
    grown_stale(time, || _ = refresh());
    SOURCE.say(says);
    let gate = SOURCE.hold();
    thread::scope(|scope| {
        let leader = scope.spawn(|| _ = catch_unwind(AssertUnwindSafe(&refresh)));
        gate.await_arrival();
        assert!(is_served(), "the stale value, which is refreshed behind");
        waiting(1, stats);
        gate.open();
        leader.join().unwrap();
    });
    time.settle();
    assert_eq!(SOURCE.asked(), 2, "one execution, {says:?}");
    time.advance(seconds(4));
    assert!(is_served());
    time.settle();
    assert_eq!(SOURCE.asked(), 2, "it rests, {says:?}");
    time.advance(seconds(2));
    assert!(is_served());
    time.settle();
    assert_eq!(SOURCE.asked(), 3, "the pause is over, {says:?}");
}

/// It ran the function once more at once where the error could not be copied, and after the next stale hit where it could.
#[test]
fn a_run_in_the_background_that_waits_for_a_failing_one_has_failed_with_it() {
    let time = isolate();
    for says in [Says::Down, Says::Panic] {
        let is_served = || behind(1) == Ok(1);
        joined_by_the_background(&time, says, behind::stats, || _ = behind::refresh(1), is_served);
        behind::clear();

        let is_served = || behind_unique(1) == Ok(1);
        let refresh = || _ = behind_unique::refresh(1);
        joined_by_the_background(&time, says, behind_unique::stats, refresh, is_served);
        behind_unique::clear();

        let refresh = || _ = pollster::block_on(behind_later::refresh(1));
        let is_served = || pollster::block_on(behind_later(1)) == Ok(1);
        joined_by_the_background(&time, says, behind_later::stats, refresh, is_served);
        behind_later::clear();
    }
}

#[test]
fn a_cancelled_leader_leaves_the_run_and_the_stale_value_to_others() {
    let time = isolate();
    grown_stale(&time, || _ = pollster::block_on(later(7)));
    let gate = SOURCE.hold();
    let mut leader = Box::pin(later(7));
    assert_eq!(leader.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| pollster::block_on(later::lookup(7)));
        waiting(1, later::stats);
        SOURCE.say(Says::Down);
        drop(leader);
        let found = waiter.join().unwrap();
        assert_eq!((found.value, found.source), (Ok(1), From::Stale));
    });
    assert_eq!((SOURCE.asked(), gate.arrived()), (3, 1), "the waiter has tried it himself");
    eventually("nothing is left over", || later::stats().running == 0);
}

#[test]
fn after_a_failure_one_call_tries_again_once_the_pause_is_over() {
    let time = isolate();
    grown_stale(&time, || _ = shared(8));
    SOURCE.say(Says::Down);
    // The lifetime ended at 10, so that the window does at 70; the pause is 5.
    for second in 11..75 {
        let found = [shared::lookup(8), shared::lookup(8)];
        let tries = 1 + (second - 11) / 5 + 1;
        if second < 70 {
            assert!(found.iter().all(Lookup::is_stale), "after {second} s");
            assert_eq!(SOURCE.asked(), tries, "after {second} s");
        } else {
            assert_eq!(
                found.map(|found| found.value),
                [Err("down".into()), Err("down".into())],
                "after {second} s"
            );
            assert_eq!(SOURCE.asked(), 13 + 2 * (second - 69), "after {second} s");
        }
        time.advance(seconds(1));
    }
    SOURCE.say(Says::Value(2));
    assert_eq!(shared(8), Ok(2));
    assert!(shared::lookup(8).is_hit());
}

#[cached(ttl = 10, stale_if_error = 10_000, idle = 60, refresh = 9, refresh_idle = 60)]
fn in_use(id: u32) -> Result<u32, String> {
    let _ = id;
    SOURCE.ask()
}

/// A call that tries, fails and gets the stale value has read it: neither leaves the value by `idle`, nor is the key forgotten by `refresh_idle`.
#[test]
fn reads_that_fail_keep_a_key_in_use() {
    let time = isolate();
    SOURCE.reset();
    assert_eq!(in_use(1), Ok(1));
    SOURCE.say(Says::Down);
    time.advance(seconds(10));
    for _ in 0..20 {
        time.advance(seconds(40));
        time.settle();
        let found = with_options(CallOptions::new().skip_read(), || in_use::lookup(1));
        assert_eq!((found.value, found.source), (Ok(1), From::Stale));
    }
    SOURCE.say(Says::Value(2));
    time.advance(seconds(10));
    time.settle();
    assert_eq!(in_use::peek(1), Some(Ok(2)), "it is refreshed still");
    time.advance(seconds(70));
    time.settle();
    assert_eq!(in_use::peek(1), None);
}

/// Refreshing that had stopped begins again with a read, also with one that fails.
#[test]
fn a_read_that_fails_has_the_key_refreshed_again() {
    let time = isolate();
    SOURCE.reset();
    in_use::insert(1, Ok(1));
    time.advance(seconds(20));
    assert_eq!(SOURCE.asked(), 0, "nobody has read it");
    SOURCE.say(Says::Down);
    assert!(in_use::lookup(1).is_stale());
    SOURCE.say(Says::Value(2));
    time.advance(seconds(10));
    time.settle();
    assert_eq!(in_use::peek(1), Some(Ok(2)));
}
