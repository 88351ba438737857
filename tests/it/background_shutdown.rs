//! The end of background work, as far as it is to be seen where there is none.

use std::time::Duration;

use larder::{background, blocking, cached};

#[cached]
fn double(n: u32) -> u32 {
    2 * n
}

/// Nothing runs, so nobody waits until the end of time.
#[test]
fn a_shutdown_of_nothing_returns_at_once() {
    let _time = larder::testing::isolate();
    let first = pollster::block_on(larder::shutdown(Duration::MAX));
    assert!(first.finished && first.abandoned == 0, "{first:?}");
    let second = blocking::shutdown(Duration::MAX);
    assert_eq!(first, second);
    let now = background();
    assert_eq!((now.queued, now.running, now.done, now.panicked, now.dropped), (0, 0, 0, 0, 0));
}

#[test]
fn cached_functions_work_after_a_shutdown() {
    let time = larder::testing::isolate();
    blocking::shutdown(Duration::ZERO);
    time.miss(|| assert_eq!(double(2), 4));
    time.hit(|| assert_eq!(double(2), 4));
    double::invalidate(2);
    time.miss(|| assert_eq!(double(2), 4));
}

#[test]
fn an_async_shutdown_can_be_sent_to_another_thread() {
    let _time = larder::testing::isolate();
    let shutdown = larder::shutdown(Duration::MAX);
    let ended = std::thread::spawn(|| pollster::block_on(shutdown)).join().unwrap();
    assert!(ended.finished);
}
