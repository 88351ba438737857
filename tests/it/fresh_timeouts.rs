//! `soft_timeout` and `hard_timeout`: how long each caller waits, what it gets then, and what becomes of the run it has left behind.

use std::fmt::Debug;
use std::sync::Arc;
use std::task::Poll;

use larder::testing::{Isolated, isolate};
use larder::{Lookup, Source as From, background, blocking, cached};
use pollster::block_on;

use crate::support::{Call, Gate, Says, Source, millis, seconds};

static SOURCE: Source = Source::new();

#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    Down,
    TimedOut(String),
}

impl std::convert::From<larder::Error> for Trouble {
    fn from(error: larder::Error) -> Self {
        assert!(error.is_timed_out());
        Self::TimedOut(error.to_string())
    }
}

type Answer = Result<u32, Trouble>;

async fn ask() -> Answer {
    SOURCE.ask_async().await.map_err(|_| Trouble::Down)
}

#[cached(ttl = 10, stale_if_error = 60, soft_timeout = 1, hard_timeout = 3, retry_after = 5, tags = ["slow:{id}"])]
async fn both(id: u32) -> Answer {
    let _ = id;
    ask().await
}

#[cached(ttl = 10, stale_if_error = 60, hard_timeout = 3)]
async fn hard(id: u32) -> Answer {
    let _ = id;
    ask().await
}

/// It cannot say that time ran out, and need not: it waits for as long as it takes where nothing stands in.
#[cached(ttl = 10, stale_if_error = 60, soft_timeout = 1)]
async fn soft(id: u32) -> u32 {
    let _ = id;
    ask().await.unwrap()
}

/// The value 1 is stored, and its lifetime is over.
fn with_stale_value() -> Isolated {
    let time = isolate();
    SOURCE.reset();
    assert_eq!((block_on(both(1)), block_on(hard(1)), block_on(soft(1))), (Ok(1), Ok(1), 1));
    time.advance(seconds(11));
    SOURCE.say(Says::Value(2));
    time
}

fn without_value() -> Isolated {
    let time = isolate();
    SOURCE.reset();
    SOURCE.say(Says::Value(2));
    time
}

#[track_caller]
fn assert_is<V: Debug + PartialEq>(polled: Poll<Lookup<V>>, value: V, source: From) {
    match polled {
        Poll::Ready(found) => assert_eq!((found.value, found.source), (value, source)),
        Poll::Pending => panic!("it still waits"),
    }
}

fn timed_out(function: &str) -> Answer {
    Err(Trouble::TimedOut(format!(
        "`{}::{function}` took longer than 3s; it goes on in the background, and its value is kept for later calls",
        module_path!()
    )))
}

#[test]
fn with_a_stale_value_at_hand_a_call_waits_for_the_soft_timeout() {
    let time = with_stale_value();
    let gate = SOURCE.hold();
    let mut call = Call::of(both::lookup(1));
    assert!(call.poll().is_pending());
    time.advance(millis(999));
    assert!(call.poll().is_pending());
    time.advance(millis(1));
    assert!(call.is_woken(), "by the clock, since nothing else does");
    assert_is(call.poll(), Ok(1), From::Stale);
    assert_eq!(both::stats().running, 1, "the run goes on");
    gate.open();
    time.settle();
    assert_eq!((both::peek(1), SOURCE.asked()), (Some(Ok(2)), 4));
    let stats = both::stats();
    assert_eq!((stats.timeouts, stats.stale, stats.loads, stats.loads_lost, stats.running), (1, 1, 2, 0, 0));
    assert_eq!((background().done, background().dropped), (1, 0));
}

#[test]
fn without_one_it_waits_for_the_hard_timeout_and_gets_an_error_that_says_so() {
    let time = without_value();
    let gate = SOURCE.hold();
    let mut call = Call::of(both::lookup(2));
    assert!(call.poll().is_pending());
    time.advance(seconds(1));
    assert!(call.poll().is_pending(), "there is nothing to serve after the soft timeout");
    time.advance(millis(1999));
    assert!(call.poll().is_pending());
    time.advance(millis(1));
    assert!(call.is_woken());
    assert_is(call.poll(), timed_out("both"), From::TimedOut);
    assert_eq!(both::peek(2), None, "the error is not kept");
    gate.open();
    time.settle();
    assert_eq!(both::peek(2), Some(Ok(2)), "what came late is");
    assert!(block_on(both::lookup(2)).is_hit());
    assert_eq!(SOURCE.asked(), 1);
}

#[test]
fn a_stale_value_is_preferred_to_an_error_for_as_long_as_it_may_stand_in() {
    let time = with_stale_value();
    let gate = SOURCE.hold();
    let mut call = Call::of(hard::lookup(1));
    assert!(call.poll().is_pending());
    time.advance(seconds(3));
    assert_is(call.poll(), Ok(1), From::Stale);
    gate.open();
    time.settle();

    // Its window ends while the call waits: 10 s after it was stored, and 60 s.
    assert_eq!(hard::peek(1), Some(Ok(2)));
    time.advance(seconds(68));
    let gate = SOURCE.hold();
    let mut call = Call::of(hard::lookup(1));
    assert!(call.poll().is_pending());
    time.advance(seconds(3));
    assert_is(call.poll(), timed_out("hard"), From::TimedOut);
    gate.open();
    time.settle();
}

#[test]
fn a_function_without_errors_waits_where_nothing_stands_in() {
    let time = without_value();
    let gate = SOURCE.hold();
    let mut call = Call::of(soft::lookup(2));
    assert!(call.poll().is_pending());
    time.advance(seconds(1000));
    assert!(call.poll().is_pending());
    gate.open();
    assert_is(call.poll(), 2, From::Miss);
    assert_eq!(soft::stats().timeouts, 0);
}

#[test]
fn a_run_in_time_is_a_miss_like_any_other() {
    let time = with_stale_value();
    let gate = SOURCE.hold();
    let mut call = Call::of(both::lookup(1));
    assert!(call.poll().is_pending());
    time.advance(millis(999));
    gate.open();
    assert_is(call.poll(), Ok(2), From::Miss);
    assert_eq!((both::stats().timeouts, background().done), (0, 0));
}

/// Each caller's time begins with its own call, whoever runs; all of them are about one run.
#[test]
fn callers_leave_one_by_one_and_the_last_gets_the_value() {
    let time = with_stale_value();
    let gate = SOURCE.hold();
    let mut calls = Vec::new();
    for _ in 0..4 {
        let mut call = Call::of(both::lookup(1));
        assert!(call.poll().is_pending());
        calls.push(call);
        time.advance(millis(300));
    }
    // 1.2 s after the first: that one is over its second, and the others follow every 300 ms.
    assert_is(calls[0].poll(), Ok(1), From::Stale);
    assert!(calls[1..].iter_mut().all(|call| call.poll().is_pending()));
    time.advance(millis(100));
    assert!(calls[1].is_woken(), "who waits for another's run has a clock of his own");
    assert_is(calls[1].poll(), Ok(1), From::Stale);
    assert!(calls[2].poll().is_pending());
    let mut late = Call::of(both::lookup(1));
    assert!(late.poll().is_pending(), "who comes now waits for the run in the background");
    time.advance(millis(300));
    assert_is(calls[2].poll(), Ok(1), From::Stale);
    gate.open();
    time.settle();
    assert_is(calls[3].poll(), Ok(2), From::Coalesced);
    assert_is(late.poll(), Ok(2), From::Coalesced);
    assert_eq!((SOURCE.asked(), both::stats().timeouts), (4, 3));
}

#[test]
fn who_waits_without_a_stale_value_gets_the_error_at_his_own_time() {
    let time = without_value();
    let gate = SOURCE.hold();
    let mut first = Call::of(hard::lookup(3));
    assert!(first.poll().is_pending());
    time.advance(seconds(2));
    let mut second = Call::of(hard::lookup(3));
    assert!(second.poll().is_pending());
    time.advance(seconds(1));
    assert_is(first.poll(), timed_out("hard"), From::TimedOut);
    assert!(second.poll().is_pending());
    time.advance(seconds(2));
    assert_is(second.poll(), timed_out("hard"), From::TimedOut);
    gate.open();
    time.settle();
    assert_eq!((hard::peek(3), SOURCE.asked()), (Some(Ok(2)), 1));
}

/// A run that outlives its caller's patience is checked like any other when it ends.
#[test]
fn what_comes_late_and_after_an_invalidation_is_not_stored() {
    let ways: [(&str, &dyn Fn()); 6] = [
        ("key", &|| assert!(both::invalidate(1))),
        ("tag", &|| blocking::invalidate_tag("slow:1").unwrap()),
        ("expired tag", &|| blocking::expire_tag("slow:1").unwrap()),
        ("clear", &both::clear),
        ("all", &|| blocking::invalidate_all().unwrap()),
        ("all expired", &|| blocking::expire_all().unwrap()),
    ];
    for (way, invalidate) in ways {
        for calls_meanwhile in [false, true] {
            let time = with_stale_value();
            let gate = SOURCE.hold();
            let mut call = Call::of(both::lookup(1));
            assert!(call.poll().is_pending());
            time.advance(seconds(1));
            assert_is(call.poll(), Ok(1), From::Stale);
            SOURCE.say(Says::Value(3));
            invalidate();
            if calls_meanwhile {
                assert_eq!(block_on(both(1)), Ok(3), "{way}: it does not join the run from before");
            }
            gate.open();
            time.settle();
            assert_eq!(both::peek(1), calls_meanwhile.then_some(Ok(3)), "{way}");
            assert_eq!(both::stats().rejected_writes, 1, "{way}");
            assert_eq!(block_on(both(1)), Ok(3), "{way}");
        }
    }
}

#[test]
fn a_run_that_fails_late_leaves_the_stale_value_and_is_not_repeated_at_once() {
    for says in [Says::Down, Says::Panic] {
        let time = with_stale_value();
        SOURCE.say(says);
        let gate = SOURCE.hold();
        let mut call = Call::of(both::lookup(1));
        assert!(call.poll().is_pending());
        time.advance(seconds(1));
        assert_is(call.poll(), Ok(1), From::Stale);
        gate.open();
        time.settle();
        SOURCE.say(Says::Value(3));
        time.advance(millis(4999));
        assert!(block_on(both::lookup(1)).is_stale(), "{says:?}: the pause after the failure is not over");
        time.advance(millis(1));
        assert_eq!(block_on(both(1)), Ok(3));
    }
}

#[test]
fn who_takes_a_stale_value_while_time_runs_out_depends_on_it() {
    #[cached(ttl = 1000)]
    async fn around(id: u32) -> Answer {
        both(id).await
    }
    let time = with_stale_value();
    let gate = SOURCE.hold();
    let mut call = Call::of(around(1));
    assert!(call.poll().is_pending());
    time.advance(seconds(1));
    assert_eq!(call.poll(), Poll::Ready(Ok(1)));
    assert_eq!(around::peek(1), Some(Ok(1)));
    blocking::expire_tag("slow:1").unwrap();
    assert_eq!(around::peek(1), None);
    gate.open();
    time.settle();
}

#[cached(ttl = 10, stale_while_revalidate = 10, ignore = [gate])]
fn held(id: u32, gate: Option<Arc<Gate>>) -> u32 {
    if let Some(gate) = gate {
        gate.pass();
    }
    id
}

/// Where the background takes no more, the run ends with its caller's patience. The caller is served as he is otherwise, and who waits takes over.
#[test]
fn a_run_that_nobody_takes_over_leaves_its_key_free() {
    for is_shut_down in [false, true] {
        let time = with_stale_value();
        let busy = Arc::new(Gate::default());
        if is_shut_down {
            blocking::shutdown(seconds(0));
        } else {
            const JOBS: u32 = 10_100;
            (0..JOBS).for_each(|id| _ = held(id, None));
            time.advance(seconds(11));
            (0..JOBS).for_each(|id| assert_eq!(held(id, Some(busy.clone())), id));
            assert_eq!(background().queued, 10_000);
        }
        let dropped = background().dropped;
        let gate = SOURCE.hold();
        let (mut first, mut second) = (Call::of(both::lookup(1)), Call::of(both::lookup(1)));
        assert!(first.poll().is_pending());
        time.advance(millis(500));
        assert!(second.poll().is_pending());
        time.advance(millis(500));
        assert_is(first.poll(), Ok(1), From::Stale);
        assert_eq!(background().dropped, dropped + 1);
        assert_is(second.poll(), Ok(2), From::Miss);
        assert_eq!((gate.arrived(), SOURCE.asked(), both::stats().running), (1, 5, 0));
        busy.open();
        time.settle();
        assert_eq!(both::peek(1), Some(Ok(2)));
    }
}

/// A caller that goes away before its time is over takes its run along, as without timeouts.
#[test]
fn a_call_that_is_cancelled_before_its_time_leaves_the_run_to_others() {
    let time = with_stale_value();
    let gate = SOURCE.hold();
    let (mut first, mut second) = (Call::of(both::lookup(1)), Call::of(both::lookup(1)));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    drop(first);
    assert!(second.is_woken());
    assert_is(second.poll(), Ok(2), From::Miss);
    assert_eq!((gate.arrived(), background().done), (1, 0));
    time.settle();
}
