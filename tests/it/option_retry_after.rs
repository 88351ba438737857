//! `retry_after`: how long after a failure, for which a stale value stands in, the function is not tried again.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

static RUNS: AtomicU32 = AtomicU32::new(0);
static WORKS: AtomicBool = AtomicBool::new(true);

fn run() -> Result<u32, ()> {
    let run = RUNS.fetch_add(1, SeqCst) + 1;
    if WORKS.load(SeqCst) { Ok(run) } else { Err(()) }
}

fn begin() {
    RUNS.store(0, SeqCst);
    WORKS.store(true, SeqCst);
}

#[cached(ttl = 60, stale_if_error = 600, retry_after = "20s")]
fn chosen(id: u32) -> Result<u32, ()> {
    run().map(|run| run + 100 * id)
}

#[cached(ttl = 60, stale_if_error = 600)]
fn unsaid(id: u32) -> Result<u32, ()> {
    run().map(|run| run + 100 * id)
}

#[cached(ttl = 60, stale_while_revalidate = 100_000, retry_after = 10)]
fn behind(id: u32) -> Result<u32, ()> {
    run().map(|run| run + 100 * id)
}

#[test]
fn a_failing_function_is_tried_once_in_a_while() {
    let time = isolate();
    begin();
    assert_eq!(chosen(1), Ok(101));
    WORKS.store(false, SeqCst);
    time.advance(Duration::from_secs(61));
    for _ in 0..3 {
        assert_eq!(time.miss(|| chosen(1)), Ok(101));
        time.advance(Duration::from_secs(19));
        assert_eq!(time.hit(|| chosen(1)), Ok(101), "it rests");
        time.advance(Duration::from_secs(2));
    }
    assert_eq!(RUNS.load(SeqCst), 4);
    assert_eq!(chosen::stats().stale, 6);
}

#[test]
fn success_ends_the_rest() {
    let time = isolate();
    begin();
    chosen(1).unwrap();
    WORKS.store(false, SeqCst);
    time.advance(Duration::from_secs(61));
    chosen(1).unwrap();
    WORKS.store(true, SeqCst);
    time.advance(Duration::from_secs(21));
    assert_eq!(time.miss(|| chosen(1)), Ok(103));
    time.advance(Duration::from_secs(61));
    assert_eq!(time.miss(|| chosen(1)), Ok(104), "a value that grew old is not a failure");
}

#[test]
fn another_key_is_not_concerned() {
    let time = isolate();
    begin();
    chosen(1).unwrap();
    chosen(2).unwrap();
    WORKS.store(false, SeqCst);
    time.advance(Duration::from_secs(61));
    time.miss(|| chosen(1)).unwrap();
    time.miss(|| chosen(2)).unwrap();
}

#[test]
fn a_second_where_it_is_not_said() {
    let time = isolate();
    begin();
    unsaid(1).unwrap();
    WORKS.store(false, SeqCst);
    time.advance(Duration::from_secs(61));
    time.miss(|| unsaid(1)).unwrap();
    time.advance(Duration::from_millis(900));
    time.hit(|| unsaid(1)).unwrap();
    time.advance(Duration::from_millis(200));
    time.miss(|| unsaid(1)).unwrap();
}

/// 10 s, then twice, four times .. up to 32 times that.
#[test]
fn in_the_background_it_takes_twice_as_long_each_time() {
    let time = isolate();
    begin();
    assert_eq!(behind(1), Ok(101));
    WORKS.store(false, SeqCst);
    time.advance(Duration::from_secs(61));
    let call = || {
        assert_eq!(behind(1), Ok(101), "a failure keeps the old value");
        time.settle();
        RUNS.load(SeqCst)
    };
    assert_eq!(call(), 2);
    for (failures, pause) in [10, 20, 40, 80, 160, 320, 320, 320].into_iter().enumerate() {
        let runs = 2 + failures as u32;
        time.advance(Duration::from_secs(pause - 1));
        assert_eq!(call(), runs, "{pause} s are not over");
        time.advance(Duration::from_secs(2));
        assert_eq!(call(), runs + 1, "{pause} s are over");
    }
    WORKS.store(true, SeqCst);
    time.advance(Duration::from_secs(321));
    call();
    assert_eq!(time.hit(|| behind(1)), Ok(111));
}
