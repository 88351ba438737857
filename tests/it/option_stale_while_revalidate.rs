//! `stale_while_revalidate`: after its lifetime a value is served at once, while one run in the background replaces it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

/// What every run of a function gives: how many there were.
static RUNS: AtomicU32 = AtomicU32::new(0);

fn run() -> u32 {
    RUNS.fetch_add(1, SeqCst) + 1
}

#[cached(ttl = 60, stale_while_revalidate = "30s")]
fn plain(name: String) -> u32 {
    run() + 100 * name.len() as u32
}

#[cached(ttl = 60, stale_while_revalidate = 30)]
async fn later(name: String) -> u32 {
    std::future::ready(()).await;
    run() + 100 * name.len() as u32
}

#[cached(ttl = 60, stale_while_revalidate = 30)]
fn future(name: impl Into<String>) -> impl Future<Output = u32> + Send {
    let length = name.into().len();
    async move { run() + 100 * length as u32 }
}

#[cached(ttl_with = |_| Duration::from_secs(60), stale_while_revalidate = 30, ignore = [_by])]
fn generic<T: Clone + Send + 'static>(id: u32, _by: T) -> u32 {
    run() + 100 * id
}

#[cached(ttl = 60, stale_while_revalidate = 30, tags = ["swr:{id}"])]
fn tagged(id: u32) -> u32 {
    run() + 100 * id
}

struct Shop {
    factor: u32,
}

impl Shop {
    #[cached(ttl = 60, stale_while_revalidate = 30, ignore = [self])]
    fn price(self: Arc<Self>, article: u32) -> u32 {
        run() + self.factor * article
    }
}

/// A kind of function, and a call of one.
type Kind = (&'static str, fn() -> u32);

/// Every kind of function, with the argument that makes its values 101, 102 and so on.
fn kinds() -> [Kind; 5] {
    [
        ("plain", || plain("a".into())),
        ("async", || block_on(later("a".into()))),
        ("future", || block_on(future("a"))),
        ("generic", || generic(1, "by")),
        ("method", || Arc::new(Shop { factor: 100 }).price(1)),
    ]
}

#[test]
fn the_old_value_comes_at_once_and_the_new_one_next() {
    for (kind, call) in kinds() {
        let time = isolate();
        RUNS.store(0, SeqCst);
        assert_eq!(time.miss(call), 101, "{kind}");
        time.advance(Duration::from_secs(59));
        assert_eq!(time.hit(call), 101, "{kind}: it is fresh");
        time.advance(Duration::from_secs(2));
        assert_eq!(call(), 101, "{kind}: it is stale, and served");
        time.settle();
        assert_eq!(time.hit(call), 102, "{kind}: it was replaced");
        time.advance(Duration::from_secs(59));
        assert_eq!(time.hit(call), 102, "{kind}: it has a lifetime of its own");
        assert_eq!(RUNS.load(SeqCst), 2, "{kind}");
    }
}

#[test]
fn past_the_window_callers_wait_for_a_run() {
    for (kind, call) in kinds() {
        let time = isolate();
        RUNS.store(0, SeqCst);
        assert_eq!(time.miss(call), 101, "{kind}");
        time.advance(Duration::from_secs(91));
        assert_eq!(time.miss(call), 102, "{kind}");
    }
}

#[test]
fn a_lookup_tells_stale_from_fresh_and_knows_the_age() {
    let time = isolate();
    RUNS.store(0, SeqCst);
    assert!(tagged::lookup(1).is_miss());
    assert!(tagged::lookup(1).is_hit());
    time.advance(Duration::from_secs(70));
    let found = tagged::lookup(1);
    assert_eq!((found.value, found.is_stale(), found.age), (101, true, Duration::from_secs(70)));
    time.settle();
    let found = tagged::lookup(1);
    assert_eq!((found.value, found.is_hit(), found.age), (102, true, Duration::ZERO));
    let stats = tagged::stats();
    assert_eq!((stats.hits, stats.stale, stats.misses, stats.loads, stats.refreshes), (3, 1, 1, 2, 1));
}

#[test]
fn an_expired_tag_leaves_the_window_and_an_invalidated_one_does_not() {
    let time = isolate();
    RUNS.store(0, SeqCst);
    assert_eq!(tagged(1), 101);
    larder::blocking::expire_tag("swr:1").unwrap();
    assert_eq!(tagged(1), 101, "served, while it is replaced");
    time.settle();
    assert_eq!(time.hit(|| tagged(1)), 102);
    larder::blocking::invalidate_tag("swr:1").unwrap();
    assert_eq!(time.miss(|| tagged(1)), 103);
}

#[test]
fn a_stale_value_is_nothing_to_peek_at() {
    let time = isolate();
    tagged(1);
    time.advance(Duration::from_secs(61));
    assert_eq!(tagged::peek(1), None);
    tagged::insert(1, 7);
    assert_eq!(time.hit(|| tagged(1)), 7);
}
