//! `f::uncached(args)`: the function itself.

use larder::cached;
use larder::testing::isolate;

#[cached]
fn double(n: u32) -> u32 {
    n * 2
}

#[cached]
fn countdown(n: u32) -> u32 {
    if n == 0 { 0 } else { 1 + countdown(n - 1) }
}

#[test]
fn it_leaves_no_trace() {
    let _time = isolate();
    assert_eq!(double::uncached(2), 4);
    assert_eq!(double::peek(2), None);
    assert_eq!(double::stats().misses, 0);
}

#[test]
fn it_does_not_see_what_is_cached() {
    let _time = isolate();
    double::insert(2, 7);
    assert_eq!(double(2), 7);
    assert_eq!(double::uncached(2), 4);
}

#[test]
fn its_own_calls_are_cached() {
    let _time = isolate();
    assert_eq!(countdown::uncached(3), 3);
    assert_eq!(countdown::peek(3), None);
    assert_eq!(countdown::peek(2), Some(2));
}
