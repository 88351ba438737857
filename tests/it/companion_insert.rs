//! `f::insert(args.., value)`: as if the function had returned it.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

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
