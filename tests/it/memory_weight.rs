//! `max_bytes`: the weights add up, whatever is stored in place of what.

use std::panic::{AssertUnwindSafe, catch_unwind};

use larder::cached;
use larder::testing::isolate;

#[cached(max_bytes = u64::MAX, weigh = |value| *value)]
fn heavy(n: u32) -> usize {
    n as usize
}

#[cached(max_bytes = 100, weigh = |value| *value)]
fn bounded(n: u32) -> usize {
    n as usize
}

#[test]
fn what_is_replaced_weighs_no_more() {
    let _time = isolate();
    for _ in 0..10 {
        heavy::insert(1, 100);
    }
    assert_eq!((heavy::stats().bytes, heavy::stats().entries), (100, 1));
    assert_eq!((heavy::stats().insertions, heavy::stats().replacements), (1, 9));
    heavy::handle().set_max_bytes(150);
    heavy::insert(2, 50);
    assert_eq!(heavy::stats().bytes, 150);
    heavy::insert(3, 1);
    assert!(heavy::stats().bytes <= 150);
    heavy::handle().set_max_bytes(u64::MAX);
}

#[test]
fn weights_beyond_any_sum_are_no_panic() {
    let _time = isolate();
    for n in 0..5 {
        heavy::insert(n, usize::MAX);
        heavy::insert(n + 10, usize::MAX / 2);
    }
    assert!(catch_unwind(AssertUnwindSafe(|| heavy(7))).is_ok());
    assert!(heavy::stats().entries >= 1);
}

#[test]
fn a_heavier_value_makes_room_for_itself() {
    let _time = isolate();
    for n in 1..=4 {
        bounded::insert(n, 25);
    }
    assert_eq!(bounded::stats().bytes, 100);
    bounded::insert(1, 80);
    let stats = bounded::stats();
    assert!(stats.bytes <= 100, "{}", stats.bytes);
    assert_eq!(bounded::peek(1), Some(80));
    assert_eq!(stats.insertions - stats.evictions() - stats.removed - stats.expired, stats.entries as u64);
    assert_eq!(bounded(1), 80);
    bounded::insert(1, 101);
    assert_eq!(
        bounded::peek(1),
        None,
        "what outweighs the cache is not kept, and neither is what it replaces"
    );
    assert_eq!(bounded::stats().refused, 1);
}
