//! Options over a shared store: lifetimes, windows, errors, what is kept; how many batches a call takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use larder::store::{Answer, Operation, Store as _};
use larder::testing::{MemoryStore, isolate};
use larder::{Cache, CallOptions, Source, cached, with_options};

use crate::functions::{TRUTH, around_near, near, plain};
use crate::switch::use_memory;

static RUNS: AtomicU32 = AtomicU32::new(0);

fn next() -> u32 {
    RUNS.fetch_add(1, SeqCst) + 1
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn batches_are_few() {
    let _alone = isolate();
    let store = use_memory();
    let batches = |work: &dyn Fn()| {
        let before = store.batches();
        work();
        store.batches() - before
    };
    plain(70_000);
    assert_eq!(
        batches(&|| _ = plain(70_001)),
        4,
        "read, records of a new key, of the tag it was given inside, written"
    );
    assert_eq!(
        batches(&|| _ = plain(70_001)),
        1,
        "with the tag it was given inside, since this process has seen it"
    );
    plain::refresh(70_001);
    assert!(batches(&|| _ = plain::refresh(70_001)) <= 2);
}

#[cached(name = "static_only", ttl = 60, store = shared, user = id, tags = ["a:{id}", "b:{id}"])]
fn static_only(id: u32) -> u32 {
    id
}

#[test]
fn a_hit_with_user_and_static_tags_is_one_batch() {
    let _alone = isolate();
    let store = use_memory();
    static_only(0);
    let before = store.batches();
    static_only(1);
    assert_eq!(store.batches() - before, 3, "a new key: read, records, written");
    assert_eq!(static_only(1), 1);
    assert_eq!(store.batches() - before, 4, "a hit");
    static_only::refresh(1);
    assert_eq!(store.batches() - before, 6, "read and written");
}

#[cached(ttl = 10, stale_while_revalidate = 30, store = shared)]
fn revalidated(id: u32) -> u32 {
    let _ = id;
    next()
}

#[test]
fn a_stale_value_of_the_store_is_served_and_refreshed_once() {
    let time = isolate();
    use_memory();
    let first = revalidated(1);
    time.advance(seconds(11));
    let lookup = revalidated::lookup(1);
    assert_eq!((lookup.value, lookup.source), (first, Source::Stale));
    time.settle();
    assert_eq!(revalidated(1), first + 1);
    time.advance(seconds(41));
    assert_eq!(revalidated::lookup(1).source, Source::Miss, "past the window");
}

#[cached(ttl = 10, stale_while_revalidate = 30, l1 = 5, store = shared, max_entries = 10)]
async fn revalidated_near(id: u32) -> u32 {
    let _ = id;
    next()
}

#[test]
fn memory_in_front_keeps_the_original_times() {
    let time = isolate();
    let store = use_memory();
    let call = || pollster::block_on(revalidated_near::lookup(1));
    let first = pollster::block_on(revalidated_near(1));
    let before = store.batches();
    assert_eq!(call().value, first);
    assert_eq!(store.batches(), before, "memory answers");
    time.advance(seconds(6));
    assert_eq!((call().value, call().age), (first, seconds(6)));
    assert!(store.batches() > before, "after five seconds the store is asked");
    time.advance(seconds(5));
    let stale = call();
    assert_eq!((stale.value, stale.source), (first, Source::Stale), "promotion does not make it younger");
    time.settle();
    assert_eq!(call().value, first + 1);
}

#[test]
fn a_handle_clears_the_store_too() {
    let _alone = isolate();
    use_memory();
    let first = revalidated(7);
    revalidated::handle().clear();
    assert_ne!(revalidated(7), first);
}

static IS_UP: AtomicU32 = AtomicU32::new(1);

#[cached(ttl = 10, stale_if_error = 60, retry_after = 5, store = shared)]
fn failing(id: u32) -> Result<u32, String> {
    let run = next();
    match IS_UP.load(SeqCst) {
        0 => Err("down".into()),
        2 => panic!("down for good"),
        _ => Ok(run + id),
    }
}

#[test]
fn the_last_good_value_of_the_store_stands_in_for_failures() {
    let time = isolate();
    use_memory();
    IS_UP.store(1, SeqCst);
    let good = failing(1).unwrap();
    time.advance(seconds(11));
    for state in [0, 2] {
        IS_UP.store(state, SeqCst);
        let before = RUNS.load(SeqCst);
        assert_eq!(failing(1), Ok(good));
        assert_eq!(failing(1), Ok(good));
        assert_eq!(failing::lookup(1).source, Source::Stale);
        assert_eq!(RUNS.load(SeqCst) - before, 1, "one of them tried");
        time.advance(seconds(5));
    }
    IS_UP.store(0, SeqCst);
    failing::invalidate(1).unwrap();
    assert_eq!(failing(1), Err("down".into()), "what was invalidated does not come back");
}

#[test]
fn what_stands_in_is_no_older_than_a_call_allows() {
    let time = isolate();
    use_memory();
    IS_UP.store(1, SeqCst);
    let good = failing(2).unwrap();
    time.advance(seconds(20));
    IS_UP.store(0, SeqCst);
    let most = |most| with_options(CallOptions::new().max_stale(seconds(most)), || failing(2));
    assert_eq!(most(5), Err("down".into()), "its lifetime was over ten seconds ago");
    time.advance(seconds(5));
    assert_eq!(most(60), Ok(good));
}

#[cached(ttl = 60, store = shared, serializer = json, cache_err = _, err_ttl = 5)]
fn errors_too(id: u32) -> Result<u32, String> {
    Err(format!("{id}: {}", next()))
}

#[test]
fn errors_that_are_kept_are_kept_in_the_store() {
    let time = isolate();
    use_memory();
    let error = errors_too(1).unwrap_err();
    assert_eq!(errors_too(1), Err(error.clone()));
    time.advance(seconds(6));
    assert_ne!(errors_too(1), Err(error));
}

#[cached(ttl = 60, store = shared, cache_if = |value: &u32| *value != 13)]
fn choosy(id: u32) -> u32 {
    TRUTH.lock().unwrap()[&id]
}

#[test]
fn an_answer_that_is_not_kept_removes_the_old_one() {
    let _alone = isolate();
    use_memory();
    TRUTH.lock().unwrap().insert(50, 1);
    assert_eq!(choosy(50), 1);
    TRUTH.lock().unwrap().insert(50, 13);
    assert_eq!(choosy::refresh(50), 13);
    TRUTH.lock().unwrap().insert(50, 2);
    assert_eq!(choosy(50), 2, "neither 13 nor 1 is there");
}

#[cached(ttl = 60, store = shared)]
fn counted(id: u32) -> u32 {
    let _ = id;
    next()
}

#[test]
fn companions_and_options_of_one_call_reach_the_store() {
    let _alone = isolate();
    use_memory();
    assert_eq!(counted::peek(1).unwrap(), None);
    counted::insert(1, 700).unwrap();
    assert_eq!((counted(1), counted::peek(1).unwrap()), (700, Some(700)));
    let fresh = with_options(CallOptions::new().skip_read(), || counted(1));
    assert_eq!(counted(1), fresh);
    let unstored = with_options(CallOptions::new().skip_read().skip_write(), || counted(1));
    assert_ne!(unstored, fresh);
    assert_eq!(counted(1), fresh);
    assert!(counted::invalidate(1).unwrap());
    assert!(!counted::invalidate(1).unwrap());
    assert_ne!(counted(1), fresh);
}

#[cached(ttl = 60, store = null)]
fn nowhere(id: u32) -> u32 {
    let _ = id;
    next()
}

#[test]
fn the_null_store_keeps_nothing() {
    let _alone = isolate();
    assert_ne!(nowhere(1), nowhere(1));
}

/// What no message tells is served for the time of `l1` since the store was asked, also by a function that has it from another one's memory.
#[test]
fn memory_in_front_of_memory_does_not_add_up() {
    let time = isolate();
    let store = use_memory();
    let id = 70_100;
    TRUTH.lock().unwrap().insert(id, 1);
    assert_eq!(near(id), 1);
    time.advance(seconds(20));
    assert_eq!(around_near(id), 1, "from the memory of the inner one");
    // Another process, whose message is lost.
    TRUTH.lock().unwrap().insert(id, 2);
    let key = |name: &str| format!("larder:default:{name}");
    let next = Operation::Add { key: key("seq"), by: 1, from: 1, ttl: seconds(60) };
    let Answer::Number(Some(number)) = store.inner().run(&[next]).unwrap().remove(0) else {
        panic!("a number")
    };
    let mark = Operation::Raise { key: key(&format!("u:{id}")), to: number, ttl: seconds(60) };
    store.inner().run(&[mark]).unwrap();
    time.advance(seconds(9));
    assert_eq!(around_near(id), 1, "nothing tells, and there is time left");
    time.advance(seconds(2));
    assert_eq!(around_near(id), 2);
}

#[cached(cache = "built after an invalidation", ttl = 60, store = shared)]
fn built_later() -> u32 {
    1
}

#[test]
fn an_invalidation_before_a_cache_is_built_does_not_decide_where_its_values_live() {
    let time = isolate();
    use_memory();
    let cache = larder::cache("built after an invalidation").unwrap();
    cache.blocking().invalidate_all().expect("a cache that has no store yet has nothing in one");
    let store = Arc::new(MemoryStore::new());
    Cache::builder("built after an invalidation").store(store.clone()).build().unwrap();
    built_later();
    assert_eq!(time.hit(built_later), 1);
    assert!(store.clear("").unwrap() > 0, "its values live there");
}
