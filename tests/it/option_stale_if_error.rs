//! `stale_if_error`: after its lifetime a value stands in for a failure of the function, for an `Err` or a panic.

use std::panic;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

/// What the functions do: give 1, 2 and so on, or fail.
static RUNS: AtomicU32 = AtomicU32::new(0);
static FAILS: AtomicU32 = AtomicU32::new(0);

/// Not `Clone`: nobody needs a copy of it.
#[derive(Debug, PartialEq)]
enum Trouble {
    Down,
    Gone,
}

const WORKS: u32 = 0;
const DOWN: u32 = 1;
const GONE: u32 = 2;
const PANICS: u32 = 3;

fn run() -> Result<u32, Trouble> {
    let run = RUNS.fetch_add(1, SeqCst) + 1;
    match FAILS.load(SeqCst) {
        DOWN => Err(Trouble::Down),
        GONE => Err(Trouble::Gone),
        PANICS => panic!("expected"),
        _ => Ok(run),
    }
}

fn is(fails: u32) {
    FAILS.store(fails, SeqCst);
}

#[cached(ttl = 60, stale_if_error = "10m", retry_after = 5)]
fn plain(name: &str) -> Result<u32, Trouble> {
    run().map(|run| run + 100 * name.len() as u32)
}

#[cached(ttl = 60, stale_if_error = 600, retry_after = 5)]
async fn later(name: &str) -> Result<u32, Trouble> {
    std::future::ready(()).await;
    run().map(|run| run + 100 * name.len() as u32)
}

#[cached(ttl = 60, stale_if_error = 600)]
fn infallible(id: u32) -> u32 {
    run().unwrap_or_default() + 100 * id
}

struct Shop;

impl Shop {
    #[cached(ttl = 60, stale_if_error = 600, retry_after = 5, ignore = [self])]
    fn price(&self, article: u32) -> Result<u32, Trouble> {
        let Self = self;
        run().map(|run| run + 100 * article)
    }
}

trait Rate {
    fn rate(&self, currency: u32) -> Result<u32, Trouble>;
}

impl Rate for Shop {
    #[cached(ttl = 60, stale_if_error = 600, retry_after = 5, ignore = [self], handle = none)]
    fn rate(&self, currency: u32) -> Result<u32, Trouble> {
        let Self = self;
        run().map(|run| run + 100 * currency)
    }
}

/// A kind of function, and a call of one.
type Kind = (&'static str, fn() -> Result<u32, Trouble>);

/// Nothing runs in the background, so every kind of function can have it, with borrowed arguments too.
fn kinds() -> [Kind; 4] {
    [
        ("plain", || plain("a")),
        ("async", || block_on(later("a"))),
        ("method", || Shop.price(1)),
        ("trait", || Shop.rate(1)),
    ]
}

#[test]
fn the_last_good_value_stands_in_within_the_window() {
    for (kind, call) in kinds() {
        let time = isolate();
        RUNS.store(0, SeqCst);
        is(WORKS);
        assert_eq!(time.miss(call), Ok(101), "{kind}");
        is(DOWN);
        time.advance(Duration::from_secs(61));
        assert_eq!(time.miss(call), Ok(101), "{kind}: the function ran and failed");
        time.advance(Duration::from_secs(590));
        assert_eq!(time.miss(call), Ok(101), "{kind}");
        time.advance(Duration::from_secs(10));
        assert_eq!(time.miss(call), Err(Trouble::Down), "{kind}: the window is over");
        is(WORKS);
        assert_eq!(time.miss(call), Ok(105), "{kind}");
    }
}

#[test]
fn while_it_works_there_is_no_stale_value() {
    for (kind, call) in kinds() {
        let time = isolate();
        RUNS.store(0, SeqCst);
        is(WORKS);
        assert_eq!(time.miss(call), Ok(101), "{kind}");
        time.advance(Duration::from_secs(61));
        assert_eq!(time.miss(call), Ok(102), "{kind}");
    }
}

#[test]
fn a_panic_is_a_failure_too() {
    let time = isolate();
    RUNS.store(0, SeqCst);
    is(WORKS);
    assert_eq!(infallible(1), 101);
    is(PANICS);
    time.advance(Duration::from_secs(61));
    let found = infallible::lookup(1);
    assert_eq!((found.value, found.is_stale(), found.age), (101, true, Duration::from_secs(61)));
    assert_eq!(infallible::stats().loads_lost, 1);
    panic::catch_unwind(|| infallible(2)).expect_err("there is no value to stand in");
    is(WORKS);
}

#[test]
fn a_lookup_tells_that_a_value_stands_in() {
    let time = isolate();
    RUNS.store(0, SeqCst);
    is(WORKS);
    assert!(plain::lookup("a").is_miss());
    is(DOWN);
    time.advance(Duration::from_secs(61));
    assert!(plain::lookup("a").is_stale());
    assert!(plain::lookup("a").is_stale(), "without a run");
    let stats = plain::stats();
    assert_eq!((stats.stale, stats.loads, stats.load_errors), (2, 2, 1));
    is(WORKS);
}

#[test]
fn what_was_invalidated_is_not_brought_back() {
    let time = isolate();
    RUNS.store(0, SeqCst);
    is(WORKS);
    assert_eq!(plain("a"), Ok(101));
    is(DOWN);
    assert!(plain::invalidate("a"));
    assert_eq!(time.miss(|| plain("a")), Err(Trouble::Down));
    is(WORKS);
}

#[test]
fn errors_that_are_kept_are_answers() {
    #[derive(Debug, Clone, PartialEq)]
    enum Kept {
        Down,
        Gone,
    }

    #[cached(ttl = 60, stale_if_error = 600, cache_err = Kept::Gone, err_ttl = 10)]
    fn kept(id: u32) -> Result<u32, Kept> {
        run().map(|run| run + id).map_err(|trouble| match trouble {
            Trouble::Down => Kept::Down,
            Trouble::Gone => Kept::Gone,
        })
    }

    let time = isolate();
    RUNS.store(0, SeqCst);
    is(WORKS);
    assert_eq!(kept(100), Ok(101));
    is(GONE);
    time.advance(Duration::from_secs(61));
    assert_eq!(time.miss(|| kept(100)), Err(Kept::Gone), "no value stands in for an answer");
    time.hit(|| kept(100)).unwrap_err();
    is(DOWN);
    time.advance(Duration::from_secs(11));
    assert_eq!(time.miss(|| kept(100)), Err(Kept::Down), "and no kept error for a failure");
    is(WORKS);
}
