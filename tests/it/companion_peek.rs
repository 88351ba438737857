//! `f::peek(args)`: the value if it is there; nothing runs and nothing is counted.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = 60)]
fn double(n: u32) -> u32 {
    n * 2
}

#[test]
fn nothing_runs() {
    let time = isolate();
    time.hit(|| assert_eq!(double::peek(1), None));
    time.miss(|| double(1));
    assert_eq!(double::peek(1), Some(2));
}

#[test]
fn nothing_is_counted() {
    let _time = isolate();
    double(1);
    let before = (double::stats().hits, double::stats().misses);
    assert_eq!((double::peek(1), double::peek(2)), (Some(2), None));
    assert_eq!((double::stats().hits, double::stats().misses), before);
}

#[test]
fn what_has_expired_is_not_there() {
    let time = isolate();
    double(1);
    time.advance(Duration::from_secs(61));
    assert_eq!(double::peek(1), None);
}
