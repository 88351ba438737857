//! Numbers under keys: counting, times, limits.

use std::thread;

use larder::testing::isolate;
use larder::{Blocking, Cache, EntryOptions};

use crate::support::{millis, seconds};

fn cache(name: &str) -> Blocking {
    Cache::builder(name).build().unwrap().blocking()
}

#[test]
fn concurrent_counts_lose_nothing() {
    let _alone = isolate();
    let cache = cache("counted at once");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5_000 {
                    cache.increment("n", 3).unwrap();
                    cache.decrement("n", 1).unwrap();
                }
            });
        }
    });
    assert_eq!(cache.number("n").unwrap(), Some(4 * 5_000 * 2));
}

#[test]
fn a_number_stops_at_both_ends() {
    let _alone = isolate();
    let cache = cache("ends of numbers");
    assert_eq!(cache.decrement("n", 5).unwrap(), 0);
    assert_eq!(cache.increment("n", u64::MAX).unwrap(), u64::MAX);
    assert_eq!(cache.increment("n", 1).unwrap(), u64::MAX);
    assert_eq!(cache.decrement("n", u64::MAX).unwrap(), 0);
    assert_eq!(cache.increment("n", 0).unwrap(), 0);
}

#[test]
fn a_number_and_a_value_of_one_key_are_two_things() {
    let _alone = isolate();
    let cache = cache("numbers beside values");
    cache.insert("a", 7_u64).unwrap();
    assert_eq!(cache.increment("a", 1).unwrap(), 1);
    assert_eq!(cache.get::<u64>("a").unwrap(), Some(7));
    assert!(cache.remove("a").unwrap());
    assert_eq!(cache.number("a").unwrap(), Some(1));
    cache.insert("a", 7_u64).unwrap();
    assert!(cache.remove_number("a").unwrap());
    assert!(!cache.remove_number("a").unwrap());
    assert!(cache.contains("a").unwrap());
}

#[test]
fn each_count_gives_a_number_its_time_anew() {
    let time = isolate();
    let cache = Cache::builder("times of numbers").ttl(seconds(10)).build().unwrap().blocking();
    cache.increment("n", 1).unwrap();
    time.advance(seconds(9));
    cache.increment("n", 1).unwrap();
    time.advance(seconds(9));
    assert_eq!(cache.number("n").unwrap(), Some(2));
    time.advance(seconds(1));
    assert_eq!(cache.number("n").unwrap(), None);
    assert_eq!(cache.increment("n", 1).unwrap(), 1, "it begins anew");
    let brief = cache.with(EntryOptions::new().ttl(millis(500)));
    brief.increment("n", 1).unwrap();
    time.advance(millis(500));
    assert_eq!(cache.number("n").unwrap(), None);
}

#[test]
fn neither_bounds_nor_invalidations_reach_numbers() {
    let _alone = isolate();
    let cache = Cache::builder("numbers for ever").max_entries(4).build().unwrap().blocking();
    for n in 0..1_000 {
        cache.increment(n, 1).unwrap();
    }
    cache.invalidate_all().unwrap();
    assert!((0..1_000).all(|n| cache.number(n).unwrap() == Some(1)));
    cache.clear().unwrap();
    assert!((0..1_000).all(|n| cache.number(n).unwrap().is_none()));
}
