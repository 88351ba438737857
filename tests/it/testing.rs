//! `larder::testing`: what it gives to tests of programs that use larder.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = 60)]
fn price(n: u32) -> u32 {
    n
}

#[cached]
async fn price_async(n: u32) -> u32 {
    n
}

#[test]
fn each_isolation_starts_empty_and_from_zero() {
    for _ in 0..2 {
        let time = isolate();
        assert_eq!((price::stats().misses, price::stats().entries), (0, 0));
        time.miss(|| price(1));
    }
}

#[test]
fn a_wrong_expectation_names_the_function_that_ran() {
    let time = isolate();
    let wrong = catch_unwind(AssertUnwindSafe(|| time.hit(|| price(1)))).unwrap_err();
    let message = wrong.downcast_ref::<String>().unwrap();
    assert!(message.contains("expected a hit") && message.contains("testing::price"), "{message}");
    let wrong = catch_unwind(AssertUnwindSafe(|| time.miss(|| price(1)))).unwrap_err();
    assert!(wrong.downcast_ref::<&str>().unwrap().contains("expected a miss"));
}

#[test]
fn futures_are_judged_too() {
    let time = isolate();
    pollster::block_on(async {
        assert_eq!(time.miss_async(price_async(1)).await, 1);
        assert_eq!(time.hit_async(price_async(1)).await, 1);
    });
}

#[test]
fn the_clock_stands_still_until_it_is_moved() {
    let time = isolate();
    price(1);
    time.advance(Duration::from_nanos(59_999_999_999));
    time.hit(|| price(1));
    time.advance(Duration::from_nanos(1));
    time.miss(|| price(1));
    time.advance(Duration::MAX);
    time.miss(|| price(1));
}
