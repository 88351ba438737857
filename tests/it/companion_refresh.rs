//! `f::refresh(args)`: runs now, and keeps the new value.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cached(ttl = 60)]
fn counter(_name: &str) -> u32 {
    RUNS.fetch_add(1, Ordering::Relaxed)
}

#[cached]
async fn later(_name: &str) -> u32 {
    RUNS.fetch_add(1, Ordering::Relaxed)
}

#[test]
fn it_runs_whatever_is_cached() {
    let time = isolate();
    let first = time.miss(|| counter("a"));
    let second = time.miss(|| counter::refresh("a"));
    assert!(second > first);
    assert_eq!(time.hit(|| counter("a")), second);
}

#[test]
fn the_new_value_has_a_new_lifetime() {
    let time = isolate();
    time.miss(|| counter("a"));
    time.advance(Duration::from_secs(50));
    time.miss(|| counter::refresh("a"));
    time.advance(Duration::from_secs(50));
    time.hit(|| counter("a"));
}

#[test]
fn it_is_async_where_the_function_is() {
    let time = isolate();
    pollster::block_on(async {
        let first = time.miss_async(later("a")).await;
        let second = time.miss_async(later::refresh("a")).await;
        assert!(second > first);
        assert_eq!(time.hit_async(later("a")).await, second);
    });
}
