//! Stale windows with every kind of function: recursive ones, methods, generic ones, with lifetimes of the values' own, and without single flight.

use std::cell::Cell;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;

use larder::testing::isolate;
use larder::{Source as From, cached, set_ttl};
use pollster::block_on;

use crate::support::{Says, Source, seconds};

static TRUTH: AtomicU32 = AtomicU32::new(0);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Kept,
    Other,
}

/// What it gives is what it is asked for; how long that lives depends on what it is.
#[cached(
    ttl_with = |_| seconds(10),
    none_ttl = 5,
    cache_err = Failure::Kept,
    err_ttl = 3,
    stale_while_revalidate = 4,
    stale_if_error = 7
)]
fn answer(kind: u8) -> Result<Option<u32>, Failure> {
    let truth = TRUTH.load(SeqCst);
    match kind {
        0 => Ok(Some(truth)),
        1 => Ok(None),
        2 => Err(Failure::Kept),
        3 => Err(Failure::Other),
        _ => {
            assert!(set_ttl(seconds(20)));
            if kind == 4 { Ok(None) } else { Ok(Some(truth)) }
        }
    }
}

#[test]
fn windows_begin_where_each_values_own_lifetime_ends_and_errors_have_none() {
    let time = isolate();
    for (kind, lifetime, window) in [(0, 10, 4), (1, 5, 4), (2, 3, 0), (3, 0, 0), (4, 20, 4), (5, 20, 4)] {
        answer::clear();
        TRUTH.store(1, SeqCst);
        let first = answer(kind);
        let is_fresh = || answer::peek(kind).is_some();
        assert_eq!(is_fresh(), lifetime > 0, "{kind}");
        if lifetime == 0 {
            continue;
        }
        time.advance(seconds(lifetime - 1));
        assert!(is_fresh(), "{kind}, a second before its end");
        time.advance(seconds(1));
        assert!(!is_fresh(), "{kind}, at its end");
        time.advance(seconds(if window > 0 { window - 1 } else { 0 }));
        TRUTH.store(2, SeqCst);
        let stale = answer::lookup(kind);
        assert_eq!(stale.source, if window > 0 { From::Stale } else { From::Miss }, "{kind}");
        assert_eq!(stale.value, first, "{kind}");
        time.settle();
        assert!(is_fresh(), "{kind}: refreshed behind the caller");
        time.advance(seconds(lifetime + window));
        assert!(answer::lookup(kind).is_miss(), "{kind}: past the window a caller waits");
    }
}

#[cached(ttl = 10, stale_while_revalidate = 10, single_flight = false, ignore = [together])]
fn crowd(id: u32, together: Arc<Barrier>) -> u32 {
    let _ = id;
    together.wait();
    TRUTH.fetch_add(1, SeqCst)
}

#[test]
fn without_single_flight_callers_run_together_and_the_background_still_once() {
    let time = isolate();
    TRUTH.store(0, SeqCst);
    let call = |together: &Arc<Barrier>| {
        thread::scope(|scope| {
            let callers: Vec<_> =
                (0..4).map(|_| scope.spawn(|| crowd::lookup(1, together.clone()))).collect();
            callers.into_iter().map(|caller| caller.join().unwrap().source).collect::<Vec<_>>()
        })
    };
    // Ends only when all four are in the function at once.
    assert_eq!(call(&Arc::new(Barrier::new(4))), [From::Miss; 4]);
    assert_eq!(TRUTH.load(SeqCst), 4);
    time.advance(seconds(15));
    // The run in the background is held up until somebody else comes.
    let held = Arc::new(Barrier::new(2));
    assert_eq!(call(&held), [From::Stale; 4]);
    held.wait();
    time.settle();
    assert_eq!((crowd::stats().refreshes, crowd::stats().loads), (1, 5));
    assert_eq!(crowd(1, held), 4);
    time.advance(seconds(20));
    assert_eq!(call(&Arc::new(Barrier::new(4))), [From::Miss; 4]);
}

#[cached(ttl = 10, stale_while_revalidate = 10, stale_if_error = 20)]
fn sum_to(n: u32) -> Result<u32, String> {
    Ok(if n == 0 { TRUTH.load(SeqCst) } else { n + sum_to(n - 1)? })
}

#[test]
fn a_recursive_function_is_refreshed_level_by_level() {
    let time = isolate();
    TRUTH.store(0, SeqCst);
    assert_eq!(sum_to(10), Ok(55));
    assert_eq!(sum_to::stats().loads, 11);
    time.advance(seconds(11));
    TRUTH.store(1000, SeqCst);
    let top = sum_to::lookup(10);
    assert_eq!((top.value, top.source), (Ok(55), From::Stale));
    time.settle();
    // Each level was stale when the one above it was refreshed, and so was refreshed behind it in turn.
    assert_eq!(sum_to::stats().refreshes, 11);
    assert_eq!(sum_to::stats().loads, 22);
    assert_eq!(sum_to::peek(0), Some(Ok(1000)));
    time.advance(seconds(21));
    assert_eq!(sum_to(10), Ok(1055));
    assert_eq!(
        sum_to::stats().loads,
        33,
        "past the window each level runs once, and its callers wait for it"
    );
}

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

static SOURCE: Source = Source::new();

/// Calls itself with its own arguments, once.
#[cached(ttl = 10, stale_if_error = 60)]
fn entered_twice(id: u32) -> Result<u32, String> {
    if INSIDE.replace(true) {
        return SOURCE.ask();
    }
    let inner = entered_twice(id);
    INSIDE.set(false);
    // What the inner call got, and what the source says to the outer one.
    Ok(inner? * 100 + SOURCE.ask()?)
}

#[test]
fn a_function_that_calls_itself_with_its_own_arguments_does_not_wait_for_itself() {
    let time = isolate();
    SOURCE.reset();
    assert_eq!(entered_twice(1), Ok(101));
    time.advance(seconds(11));
    SOURCE.say(Says::Down);
    let found = entered_twice::lookup(1);
    assert_eq!((found.value, found.source), (Ok(101), From::Stale));
    assert_eq!(SOURCE.asked(), 4);
}

#[derive(Debug)]
struct Exchange {
    name: &'static str,
    asked: AtomicU32,
}

impl Exchange {
    fn open(name: &'static str) -> Arc<Self> {
        Arc::new(Self { name, asked: AtomicU32::new(0) })
    }

    #[cached(ttl = 10, stale_while_revalidate = 10, key = (self.name, currency))]
    fn rate(self: Arc<Self>, currency: &'static str) -> String {
        format!("{} {currency} {}", self.name, self.asked.fetch_add(1, SeqCst))
    }

    #[cached(ttl = 10, refresh = 4, ignore = [self])]
    async fn later(self: Arc<Self>, currency: String) -> String {
        format!("{} {currency} {}", self.name, self.asked.fetch_add(1, SeqCst))
    }
}

#[test]
fn methods_are_refreshed_on_the_value_they_were_called_on() {
    let time = isolate();
    let (one, other) = (Exchange::open("one"), Exchange::open("other"));
    assert_eq!(
        (one.clone().rate("EUR"), other.clone().rate("EUR")),
        ("one EUR 0".into(), "other EUR 0".into())
    );
    time.advance(seconds(11));
    assert_eq!(other.clone().rate("EUR"), "other EUR 0");
    time.settle();
    assert_eq!(other.clone().rate("EUR"), "other EUR 1");
    assert_eq!((one.asked.load(SeqCst), other.asked.load(SeqCst)), (1, 2));
    assert_eq!(Arc::strong_count(&other), 1, "nothing is kept of a run that has ended");
}

#[test]
fn what_is_refreshed_at_an_interval_is_kept_as_long_as_its_entry() {
    let time = isolate();
    let exchange = Exchange::open("kept");
    assert_eq!(block_on(exchange.clone().later("EUR".into())), "kept EUR 0");
    time.advance(seconds(4));
    time.settle();
    assert_eq!(block_on(exchange.clone().later("EUR".into())), "kept EUR 1");
    assert!(Arc::strong_count(&exchange) > 1);
    assert!(exchange.clone().later_invalidate("EUR".into()));
    assert_eq!(Arc::strong_count(&exchange), 1);
}

#[cached(ttl = 10, stale_while_revalidate = 10)]
fn describe<T: Debug + Clone + Hash + Eq + Send + Sync + 'static>(value: T) -> String {
    format!("{value:?} {}", TRUTH.fetch_add(1, SeqCst))
}

#[test]
fn instances_of_a_generic_function_are_refreshed_apart() {
    let time = isolate();
    TRUTH.store(0, SeqCst);
    assert_eq!((describe(7_u8), describe("seven")), ("7 0".into(), "\"seven\" 1".into()));
    time.advance(seconds(11));
    assert_eq!(describe("seven"), "\"seven\" 1");
    time.settle();
    assert_eq!(describe("seven"), "\"seven\" 2");
    assert_eq!(describe(7_u8), "7 0", "stale still, for nobody had asked for it");
    time.settle();
    assert_eq!(describe(7_u8), "7 3");
}
