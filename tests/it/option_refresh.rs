//! `refresh`: keys in use are run again in the background at an interval.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use larder::cached;
use larder::testing::{Isolated, isolate};
use pollster::block_on;

static RUNS: AtomicU32 = AtomicU32::new(0);
static WORKS: AtomicBool = AtomicBool::new(true);

fn run() -> u32 {
    RUNS.fetch_add(1, SeqCst) + 1
}

fn begin() {
    RUNS.store(0, SeqCst);
    WORKS.store(true, SeqCst);
}

#[cached(refresh = 30)]
fn plain(name: String) -> u32 {
    run() + 100 * name.len() as u32
}

#[cached(refresh = "30s", ttl = 60)]
async fn later(name: String) -> u32 {
    std::future::ready(()).await;
    run() + 100 * name.len() as u32
}

#[cached(refresh = 30)]
fn without_arguments() -> u32 {
    run() + 100
}

#[cached(refresh = 30, ignore = [_by])]
fn generic<T: Clone + Send + 'static, const N: usize>(id: [u32; N], _by: T) -> u32 {
    run() + 100 * id.iter().sum::<u32>()
}

#[cached(refresh = 30, retry_after = 5)]
fn fallible(id: u32) -> Result<u32, ()> {
    let run = run();
    if WORKS.load(SeqCst) { Ok(run + 100 * id) } else { Err(()) }
}

struct Shop;

impl Shop {
    #[cached(refresh = 30, ignore = [self])]
    fn price(self: Arc<Self>, article: u32) -> u32 {
        let Self = *self;
        run() + 100 * article
    }

    #[cached(refresh = 30, handle = method)]
    fn limit(of: u32) -> u32 {
        run() + 100 * of
    }
}

/// A kind of function, and a call of one.
type Kind = (&'static str, fn() -> u32);

fn kinds() -> [Kind; 6] {
    [
        ("plain", || plain("a".into())),
        ("async", || block_on(later("a".into()))),
        ("without arguments", without_arguments),
        ("generic", || generic([1], "by")),
        ("method", || Arc::new(Shop).price(1)),
        ("associated", || Shop::limit(1)),
    ]
}

/// Lets so many seconds pass one by one, and what is due in each of them happen.
fn pass(time: &Isolated, seconds: u32) {
    for _ in 0..seconds {
        time.advance(Duration::from_secs(1));
        time.settle();
    }
}

#[test]
fn a_key_in_use_is_run_again_without_a_caller() {
    for (kind, call) in kinds() {
        let time = isolate();
        begin();
        assert_eq!(time.miss(call), 101, "{kind}");
        // up to a tenth earlier, at random
        pass(&time, 26);
        assert_eq!(time.hit(call), 101, "{kind}");
        pass(&time, 5);
        assert_eq!(time.hit(call), 102, "{kind}: nobody waited for it");
        pass(&time, 31);
        assert_eq!(time.hit(call), 103, "{kind}");
        assert_eq!(RUNS.load(SeqCst), 3, "{kind}");
    }
}

/// With a lifetime of twice the interval, no call ever waits.
#[test]
fn it_comes_before_the_lifetime_is_over() {
    let time = isolate();
    begin();
    time.miss(|| block_on(later("a".into())));
    for _ in 0..200 {
        pass(&time, 1);
        time.hit(|| block_on(later("a".into())));
    }
    let runs = RUNS.load(SeqCst) - 1;
    assert!((6..=8).contains(&runs), "{runs} refreshes in 200 s at an interval of 27 to 30 s");
    assert_eq!(later::stats().refreshes, u64::from(runs));
}

#[test]
fn a_failure_keeps_the_value_and_the_next_try_comes_sooner() {
    let time = isolate();
    begin();
    assert_eq!(fallible(1), Ok(101));
    WORKS.store(false, SeqCst);
    pass(&time, 31);
    assert_eq!(RUNS.load(SeqCst), 2);
    assert_eq!(time.hit(|| fallible(1)), Ok(101));
    WORKS.store(true, SeqCst);
    pass(&time, 7);
    assert_eq!(time.hit(|| fallible(1)), Ok(103));
}

#[test]
fn an_invalidated_key_is_not_run_again_until_it_is_called() {
    let time = isolate();
    begin();
    plain("a".into());
    assert!(plain::invalidate("a".into()));
    pass(&time, 90);
    assert_eq!(RUNS.load(SeqCst), 1);
    time.miss(|| plain("a".into()));
    pass(&time, 31);
    assert_eq!(RUNS.load(SeqCst), 3);
}

#[test]
fn a_value_that_was_inserted_is_refreshed_from_its_first_read_on() {
    let time = isolate();
    begin();
    plain::insert("a".into(), 7);
    pass(&time, 60);
    assert_eq!(RUNS.load(SeqCst), 0);
    assert_eq!(time.hit(|| plain("a".into())), 7);
    pass(&time, 1);
    assert_eq!(time.hit(|| plain("a".into())), 101, "its time had come long before");
    pass(&time, 31);
    assert_eq!(time.hit(|| plain("a".into())), 102);
}
