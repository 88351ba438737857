//! `with_options`: what one call asks for, and how far that reaches.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use larder::testing::isolate;
use larder::{CallOptions, Source as From, cached, with_options, with_options_async};
use pollster::block_on;

use crate::support::{Call, Gate, Says, Source, seconds, waiting};

static SOURCE: Source = Source::new();

#[cached]
fn plain(id: u32) -> u32 {
    let _ = id;
    SOURCE.ask().unwrap()
}

#[cached(ttl = 10)]
fn short(id: u32) -> u32 {
    let _ = id;
    SOURCE.ask().unwrap()
}

#[cached(ttl = 10, stale_while_revalidate = 10, stale_if_error = 30)]
fn windows(id: u32) -> Result<u32, String> {
    let _ = id;
    SOURCE.ask()
}

#[cached(ttl = 10, stale_while_revalidate = 10, stale_if_error = 30)]
async fn later(id: u32) -> Result<u32, String> {
    let _ = id;
    SOURCE.ask_async().await
}

fn skip_read() -> CallOptions {
    CallOptions::new().skip_read()
}

fn skip_write() -> CallOptions {
    CallOptions::new().skip_write()
}

fn no_wait() -> CallOptions {
    CallOptions::new().no_wait()
}

fn max_stale(age: Duration) -> CallOptions {
    CallOptions::new().max_stale(age)
}

/// With caches empty and a source that says 1.
fn begin() -> larder::testing::Isolated {
    let time = isolate();
    SOURCE.reset();
    time
}

#[test]
fn without_options_a_call_does_as_always() {
    let time = begin();
    assert_eq!(time.miss(|| with_options(CallOptions::new(), || plain(1))), 1);
    assert_eq!(time.hit(|| with_options(CallOptions::default(), || plain(1))), 1);
}

#[test]
fn skip_read_runs_and_stores() {
    let time = begin();
    assert_eq!(plain(1), 1);
    SOURCE.say(Says::Value(2));
    let found = with_options(skip_read(), || plain::lookup(1));
    assert_eq!((found.value, found.source), (2, From::Miss));
    assert_eq!(time.hit(|| plain(1)), 2);
    assert_eq!(block_on(with_options_async(skip_read(), later(1))), Ok(2));
    SOURCE.say(Says::Value(3));
    assert_eq!(block_on(with_options_async(skip_read(), later(1))), Ok(3));
    assert_eq!(later::peek(1), Some(Ok(3)));
}

#[test]
fn callers_who_skip_reading_share_one_run_also_one_that_was_under_way() {
    let _time = begin();
    let gate = SOURCE.hold();
    thread::scope(|scope| {
        let plainly = scope.spawn(|| plain::lookup(2));
        gate.await_arrival();
        let skipping: Vec<_> =
            (0..3).map(|_| scope.spawn(|| with_options(skip_read(), || plain::lookup(2)))).collect();
        waiting(3, plain::stats);
        gate.open();
        assert_eq!(plainly.join().unwrap().source, From::Miss);
        for caller in skipping {
            let found = caller.join().unwrap();
            assert_eq!((found.value, found.source), (1, From::Coalesced));
        }
    });
    assert_eq!(SOURCE.asked(), 1);
}

#[test]
fn skip_write_leaves_what_is_stored() {
    let time = begin();
    assert_eq!(with_options(skip_write(), || plain(3)), 1);
    assert_eq!((plain::peek(3), plain::stats().rejected_writes), (None, 0));
    assert_eq!(plain(3), 1);
    SOURCE.say(Says::Value(2));
    assert_eq!(time.hit(|| with_options(skip_write(), || plain(3))), 1, "it reads as always");
    assert_eq!(with_options(skip_read().skip_write(), || plain(3)), 2);
    assert_eq!(with_options(skip_write(), || plain::refresh(3)), 2);
    assert_eq!(time.hit(|| plain(3)), 1);
}

#[test]
fn who_waits_for_a_call_that_does_not_write_gets_its_value() {
    let _time = begin();
    let gate = SOURCE.hold();
    thread::scope(|scope| {
        let leader = scope.spawn(|| with_options(skip_write(), || plain::lookup(4)));
        gate.await_arrival();
        let waiter = scope.spawn(|| plain::lookup(4));
        waiting(1, plain::stats);
        gate.open();
        assert_eq!(leader.join().unwrap().source, From::Miss);
        let found = waiter.join().unwrap();
        assert_eq!((found.value, found.source), (1, From::Coalesced));
    });
    assert_eq!((plain::peek(4), SOURCE.asked()), (None, 1));
}

#[test]
fn max_stale_decides_how_old_a_value_may_be_whatever_the_windows_say() {
    let time = begin();
    // Stale for 5 s of the 10 s in which it is served, and of the 30 s in which it is kept.
    let grown_stale = |by: u64| {
        windows::clear();
        SOURCE.reset();
        assert_eq!(windows(1), Ok(1));
        time.advance(seconds(10 + by));
        SOURCE.say(Says::Value(2));
    };
    for (stale, most, source) in [
        (5, 0, From::Miss),
        (5, 5, From::Miss),
        (5, 6, From::Stale),
        (15, 0, From::Miss),
        (15, 15, From::Miss),
        (15, 16, From::Stale),
        (15, u64::MAX, From::Stale),
        (29, 30, From::Stale),
        (30, 31, From::Miss),
        (30, u64::MAX, From::Miss),
    ] {
        grown_stale(stale);
        let found = with_options(max_stale(seconds(most)), || windows::lookup(1));
        assert_eq!(found.source, source, "{stale} s stale, of at most {most} s");
        time.settle();
        assert_eq!(
            windows::peek(1),
            Some(Ok(2)),
            "who is served has it refreshed, who is not does it himself"
        );
    }
    grown_stale(0);
    windows::clear();
    assert_eq!(windows(1), Ok(2));
    assert!(
        with_options(max_stale(seconds(0)), || windows::lookup(1)).is_hit(),
        "a fresh value is always served"
    );
}

#[test]
fn max_stale_brings_nothing_back_that_is_not_kept() {
    let time = begin();
    assert_eq!(short(1), 1);
    time.advance(seconds(10));
    SOURCE.say(Says::Value(2));
    let found = with_options(max_stale(Duration::MAX), || short::lookup(1));
    assert_eq!((found.value, found.source), (2, From::Miss));
    windows(2).unwrap();
    larder::blocking::invalidate_all().unwrap();
    assert!(with_options(max_stale(Duration::MAX), || windows::lookup(2)).is_miss());
}

#[test]
fn no_wait_takes_a_stale_value_for_as_long_as_it_is_kept() {
    let time = begin();
    windows(3).unwrap();
    time.advance(seconds(39));
    SOURCE.say(Says::Value(2));
    let found = with_options(no_wait(), || windows::lookup(3));
    assert_eq!((found.value, found.source), (Ok(1), From::Stale));
    time.settle();
    assert_eq!(windows::peek(3), Some(Ok(2)));
    time.advance(seconds(40));
    assert!(with_options(no_wait(), || windows::lookup(3)).is_miss());
}

#[test]
fn no_wait_without_a_value_runs_beside_the_one_that_runs() {
    let _time = begin();
    let gate = SOURCE.hold();
    thread::scope(|scope| {
        let held = scope.spawn(|| plain::lookup(5));
        gate.await_arrival();
        SOURCE.say(Says::Value(2));
        let found = with_options(no_wait(), || plain::lookup(5));
        assert_eq!((found.value, found.source), (2, From::Miss));
        assert_eq!(plain::peek(5), Some(2));
        gate.open();
        assert_eq!(held.join().unwrap().source, From::Miss);
    });
    assert_eq!((SOURCE.asked(), plain::stats().running), (2, 0));
}

#[test]
fn no_wait_beside_a_run_takes_the_stale_value() {
    let time = begin();
    windows(4).unwrap();
    time.advance(seconds(25));
    SOURCE.say(Says::Value(2));
    let gate = SOURCE.hold();
    thread::scope(|scope| {
        let held = scope.spawn(|| windows::lookup(4));
        gate.await_arrival();
        let found = with_options(no_wait(), || windows::lookup(4));
        assert_eq!((found.value, found.source), (Ok(1), From::Stale));
        gate.open();
        assert_eq!(held.join().unwrap().value, Ok(2));
    });
    time.settle();
    assert_eq!(SOURCE.asked(), 2, "the refresh found the value that was stored meanwhile, or waited for it");
}

static OUTER: AtomicU32 = AtomicU32::new(0);

#[cached]
fn outer(id: u32) -> u32 {
    OUTER.fetch_add(1, SeqCst);
    let own = with_options(skip_read(), || short(id));
    own * 100 + plain(id)
}

#[test]
fn what_a_function_calls_does_as_always_but_for_its_own_options() {
    let time = begin();
    assert_eq!(outer(6), 101);
    SOURCE.say(Says::Value(2));
    let all = skip_read().skip_write().no_wait().max_stale(seconds(0));
    assert_eq!(with_options(all, || outer(6)), 201, "`plain` is a hit, `short` is run and stored");
    assert_eq!((short::peek(6), plain::peek(6), outer::peek(6)), (Some(2), Some(1), Some(101)));
    time.hit(|| with_options(skip_write(), || outer(6)));
}

#[test]
fn options_inside_options_replace_them() {
    let time = begin();
    plain(7);
    with_options(skip_read(), || {
        time.hit(|| with_options(skip_write(), || plain(7)));
        time.hit(|| with_options(CallOptions::new(), || plain(7)));
        time.miss(|| plain(7));
    });
    time.hit(|| plain(7));
}

#[test]
fn options_end_with_a_panic() {
    let time = begin();
    plain(8);
    with_options(no_wait(), || {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            with_options(skip_read(), || {
                SOURCE.say(Says::Panic);
                plain(8)
            })
        }));
        assert!(panicked.is_err());
        time.hit(|| plain(8));
    });
    time.hit(|| plain(8));
}

#[test]
fn options_of_a_future_hold_whenever_it_is_polled_and_for_nobody_else() {
    let time = begin();
    assert_eq!((block_on(later(9)), plain(9)), (Ok(1), 1));
    SOURCE.say(Says::Value(2));
    let between = std::sync::Arc::new(Gate::default());
    let mut call = Call::of(with_options_async(skip_read(), {
        let between = between.clone();
        async move {
            between.pass_async().await;
            (later::lookup(9).await, plain::lookup(9))
        }
    }));
    let mut other = Call::of(async { later::lookup(9).await.source });
    assert!(call.poll().is_pending());
    assert_eq!(other.poll(), Poll::Ready(From::Hit), "polled in between, on the same thread");
    time.hit(|| plain(9));
    between.open();
    let Poll::Ready((later, plain)) = call.poll() else { panic!("nothing holds it up") };
    assert_eq!((later.value, later.source), (Ok(2), From::Miss));
    assert_eq!((plain.value, plain.source), (2, From::Miss));
}

#[test]
fn a_future_dropped_in_the_middle_leaves_no_options_behind() {
    let time = begin();
    plain(10);
    let _gate = SOURCE.hold();
    let mut call = Call::of(with_options_async(skip_read(), later(10)));
    assert!(call.poll().is_pending());
    time.hit(|| plain(10));
    drop(call);
    time.hit(|| plain(10));
}

/// What a call sets off in the background is not the call: its options do not hold there.
#[test]
fn a_refresh_behind_a_call_stores_whatever_the_call_asked_for() {
    let time = begin();
    windows(11).unwrap();
    time.advance(seconds(15));
    SOURCE.say(Says::Value(2));
    assert!(with_options(skip_write().no_wait(), || windows::lookup(11)).is_stale());
    time.settle();
    assert_eq!(windows::peek(11), Some(Ok(2)));
}
