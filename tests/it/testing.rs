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

#[test]
fn isolation_inside_isolation_says_so_instead_of_hanging() {
    let _time = isolate();
    let nested = catch_unwind(isolate).unwrap_err();
    assert!(nested.downcast_ref::<&str>().unwrap().contains("isolated already"));
}

#[test]
fn a_drop_that_panics_does_not_leave_the_clock_stopped() {
    #[derive(Clone)]
    struct Bad(std::sync::Arc<()>);
    impl Drop for Bad {
        fn drop(&mut self) {
            // the last one is the stored one
            assert!(
                std::sync::Arc::strong_count(&self.0) > 1 || std::thread::panicking(),
                "a drop that panics"
            );
        }
    }
    #[cached]
    fn bad(n: u32) -> Bad {
        let _ = n;
        Bad(std::sync::Arc::default())
    }
    let time = isolate();
    drop(bad(1));
    let ended = catch_unwind(AssertUnwindSafe(|| drop(time)));
    assert!(ended.is_err());
    drop(isolate());
}
