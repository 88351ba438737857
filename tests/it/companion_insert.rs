//! `f::insert(args.., value)`: as if the function had returned it.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

use crate::support::Gate;

#[cached(ttl = 60, ignore = [note])]
fn double(n: u32, note: &str) -> String {
    format!("{n} {note}")
}

#[cached(cache_if = |value| *value > 10)]
fn large(n: u32) -> u32 {
    n
}

#[test]
fn it_is_served_from_then_on() {
    let time = isolate();
    double::insert(1, "mine".to_owned());
    assert_eq!(time.hit(|| double(1, "a")), "mine");
    double::insert(1, "newer".to_owned());
    assert_eq!(time.hit(|| double(1, "a")), "newer");
}

#[test]
fn it_has_the_functions_lifetime() {
    let time = isolate();
    double::insert(1, "mine".to_owned());
    time.advance(Duration::from_secs(61));
    time.miss(|| double(1, "a"));
}

#[test]
fn the_functions_rules_hold() {
    let _time = isolate();
    large::insert(1, 5);
    assert_eq!(large::peek(1), None);
    large::insert(1, 50);
    assert_eq!(large::peek(1), Some(50));
    assert_eq!(large(1), 50);
}

#[test]
fn what_is_not_to_be_kept_replaces_what_was_kept() {
    #[cached(cache_none = false)]
    fn maybe(n: u32) -> Option<u32> {
        Some(n)
    }
    let _time = isolate();
    maybe(1);
    maybe::insert(1, None);
    assert_eq!(maybe::peek(1), None);
    assert_eq!(maybe::stats().entries, 0);
}

static ROW: AtomicU32 = AtomicU32::new(0);

#[cached]
fn row(id: u32) -> u32 {
    id + ROW.load(SeqCst)
}

#[cached]
async fn row_async(id: u32) -> u32 {
    row(id)
}

#[cached]
fn page(id: u32) -> String {
    format!("page of {}", row(id))
}

/// Over another one, and async.
#[cached]
async fn book(id: u32) -> String {
    format!("book of {}", row_async(id).await)
}

#[test]
fn what_was_computed_from_the_value_before_ends() {
    let time = isolate();
    ROW.store(1, SeqCst);
    let both = || (page(10), block_on(book(10)));
    assert_eq!(both(), ("page of 11".into(), "book of 11".into()));
    assert_eq!(page(11), "page of 12");
    row::insert(10, 20);
    assert_eq!(time.miss(|| page(10)), "page of 20");
    assert_eq!(time.miss(|| block_on(book(10))), "book of 20");
    assert_eq!(time.hit(|| row(10)), 20, "the value itself is there");
    assert_eq!((time.hit(|| page(10)), time.hit(|| block_on(book(10)))).0, "page of 20");
    assert_eq!(time.hit(|| page(11)), "page of 12", "another key's");
    row_async::insert(10, 30);
    assert_eq!(time.miss(|| block_on(book(10))), "book of 30");
    assert_eq!(time.hit(|| page(10)), "page of 20", "it does not depend on that");
}

/// Holds up who has read a row.
#[cached(ignore = [gate])]
fn slow_page(id: u32, gate: &Gate) -> u32 {
    let value = row(id);
    gate.pass();
    value
}

#[test]
fn what_is_being_computed_from_the_value_before_is_not_stored() {
    let time = isolate();
    ROW.store(1, SeqCst);
    let gate = Gate::default();
    thread::scope(|scope| {
        let late = scope.spawn(|| slow_page(20, &gate));
        gate.await_arrival();
        row::insert(20, 30);
        gate.open();
        assert_eq!(late.join().unwrap(), 21, "it began before");
    });
    assert_eq!(time.miss(|| slow_page(20, &gate)), 30);
    assert_eq!(time.hit(|| slow_page(20, &gate)), 30);
}

#[test]
fn what_is_not_kept_ends_what_was_computed_from_the_value_before() {
    #[cached(cache_none = false)]
    fn maybe(n: u32) -> Option<u32> {
        Some(n)
    }
    #[cached]
    fn around(n: u32) -> u32 {
        maybe(n).unwrap_or_default()
    }
    let time = isolate();
    around(1);
    maybe::insert(1, None);
    time.miss(|| around(1));
}

#[test]
fn a_transaction_that_fails_ends_nothing() {
    let time = isolate();
    ROW.store(1, SeqCst);
    page(30);
    let insert = |result: Result<(), ()>| {
        larder::defer_invalidations(|| {
            row::insert(30, 40);
            result
        })
    };
    assert!(insert(Err(())).is_err());
    assert_eq!(time.hit(|| page(30)), "page of 31");
    assert!(insert(Ok(())).is_ok());
    assert_eq!(time.miss(|| page(30)), "page of 40");
}
