//! `soft_timeout` without memory in front: what stands in for a run that takes too long comes from the store.

use std::task::Poll;
use std::time::Duration;

use larder::cached;
use larder::testing::{Fault, isolate};
use pollster::block_on;

use crate::call::Call;
use crate::source::{Says, Source};
use crate::switch::use_memory;

static SOURCE: Source = Source::new();

#[cached(ttl = 60, stale_if_error = 600, soft_timeout = "50ms", store = shared, tags = ["patient:{id}"])]
async fn patient(id: u32) -> Result<u32, String> {
    let _ = id;
    SOURCE.ask_async().await
}

#[cached(ttl = 60, stale_if_error = 600, soft_timeout = "50ms", hard_timeout = "200ms", store = shared)]
async fn bounded(id: u32) -> Result<u32, larder::Error> {
    let _ = id;
    Ok(SOURCE.ask_async().await.unwrap_or_default())
}

#[cached(ttl = 60, store = shared)]
async fn around(id: u32) -> Result<u32, String> {
    patient(id).await
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const SOFT: Duration = Duration::from_millis(50);

#[test]
fn who_runs_and_who_waits_take_the_stored_value_and_the_new_one_is_stored() {
    let time = isolate();
    use_memory();
    SOURCE.reset();
    assert_eq!(block_on(patient(1)), Ok(1));
    time.advance(seconds(61));
    SOURCE.say(Says::Value(2));
    let gate = SOURCE.hold();
    let (mut runs, mut waits) = (Call::of(patient::lookup(1)), Call::of(patient::lookup(1)));
    assert!(runs.poll().is_pending() && waits.poll().is_pending());
    time.advance(SOFT - Duration::from_millis(1));
    assert!(runs.poll().is_pending() && waits.poll().is_pending());
    time.advance(Duration::from_millis(1));
    for call in [&mut waits, &mut runs] {
        match call.poll() {
            Poll::Ready(found) => {
                assert!(found.is_stale() && found.value == Ok(1), "{:?}", found.value);
                assert_eq!(found.age, seconds(61) + SOFT);
            }
            Poll::Pending => panic!("it still waits"),
        }
    }
    assert_eq!((patient::stats().timeouts, patient::stats().running), (2, 1));
    gate.open();
    time.settle();
    assert_eq!(time.hit(|| block_on(patient(1))), Ok(2));
    assert_eq!(SOURCE.asked(), 2);
}

#[test]
fn where_nothing_may_stand_in_a_call_waits_for_the_run() {
    let cases: [(&str, &dyn Fn()); 3] = [
        ("the value was invalidated meanwhile", &|| {
            larder::blocking::invalidate_tag("patient:2").unwrap();
        }),
        ("the window is over", &|| {}),
        ("the store does not answer", &|| {}),
    ];
    for (what, meanwhile) in cases {
        let time = isolate();
        let store = use_memory();
        SOURCE.reset();
        block_on(patient(2)).unwrap();
        time.advance(seconds(if what == "the window is over" { 60 + 600 } else { 61 }));
        SOURCE.say(Says::Value(2));
        let gate = SOURCE.hold();
        let mut call = Call::of(patient(2));
        assert!(call.poll().is_pending(), "{what}");
        meanwhile();
        if what == "the store does not answer" {
            store.fail(Fault::Unavailable);
        }
        time.advance(SOFT);
        assert!(call.poll().is_pending(), "{what}");
        time.advance(seconds(10));
        assert!(call.poll().is_pending(), "{what}");
        gate.open();
        assert_eq!(call.poll(), Poll::Ready(Ok(2)), "{what}");
    }
}

#[test]
fn while_the_store_is_asked_the_run_is_waited_for_and_no_longer_than_allowed() {
    let time = isolate();
    let store = use_memory();
    SOURCE.reset();
    block_on(bounded(1)).unwrap();
    for ends_in_time in [true, false] {
        time.advance(seconds(61));
        SOURCE.say(Says::Value(7));
        let gate = SOURCE.hold();
        let mut call = Call::of(bounded(1));
        assert!(call.poll().is_pending());
        let held = store.hold();
        time.advance(SOFT);
        assert!(call.poll().is_pending());
        assert_eq!(held.came(), 1, "the store is asked");
        if ends_in_time {
            gate.open();
            held.release();
            assert!(matches!(call.poll(), Poll::Ready(Ok(7))), "the new one, though the old one is there");
        } else {
            time.advance(Duration::from_millis(150));
            match call.poll() {
                Poll::Ready(Err(error)) => assert!(error.is_timed_out(), "{error}"),
                other => panic!("after the hard timeout: {other:?}"),
            }
            held.release();
            gate.open();
            time.settle();
        }
    }
}

#[test]
fn what_was_computed_from_a_value_that_stood_in_depends_on_it() {
    let time = isolate();
    use_memory();
    SOURCE.reset();
    block_on(patient(3)).unwrap();
    time.advance(seconds(61));
    SOURCE.say(Says::Value(2));
    let gate = SOURCE.hold();
    let mut call = Call::of(around(3));
    assert!(call.poll().is_pending());
    time.advance(SOFT);
    assert_eq!(call.poll(), Poll::Ready(Ok(1)));
    gate.open();
    time.settle();
    assert_eq!(time.hit(|| block_on(around(3))), Ok(1), "it was computed, and lives for a minute");
    larder::blocking::invalidate_tag("patient:3").unwrap();
    SOURCE.say(Says::Value(3));
    assert_eq!(block_on(around(3)), Ok(3));
}
