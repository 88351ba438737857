//! Stores that fail: the functions run, what was to be invalidated is made up for, and nothing wrong is ever served.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use larder::testing::{FailingStore, Fault, MemoryStore, isolate};
use larder::{Cache, cached};

use crate::eventually;
use crate::functions::{RUNS, around, around_near, plain, runs, tell};
use crate::switch::use_memory;

#[test]
fn a_store_that_is_down_is_a_miss_and_counted() {
    let _alone = isolate();
    let store = use_memory();
    tell(1, 10);
    assert_eq!(plain(1), 10);
    store.fail(Fault::Unavailable);
    assert_eq!(runs(|| plain(1)), (10, 1));
    assert_eq!(runs(|| plain(1)), (10, 1));
    assert_eq!(plain::stats().store_errors, 2);
    assert!(
        plain::peek(1).unwrap_err().as_store_error().is_some_and(larder::store::StoreError::is_unavailable)
    );
    store.heal();
    assert_eq!(runs(|| plain(1)), (10, 0), "what was stored before is there again");
}

#[test]
fn an_invalidation_that_cannot_be_sent_holds_here_and_is_sent_later() {
    let time = isolate();
    let store = use_memory();
    tell(2, 10);
    assert_eq!(plain(2), 10);
    store.fail(Fault::Unavailable);
    tell(2, 20);
    assert!(larder::blocking::invalidate_tag("static:2").is_err());
    store.heal();
    // The store has not heard of it yet, and this process has.
    assert_eq!(runs(|| plain(2)), (20, 1));
    time.advance(Duration::from_millis(100));
    time.settle();
    assert_eq!(runs(|| plain(2)), (20, 1), "what was stored meanwhile cannot be told from what came before");
    assert_eq!(runs(|| plain(2)), (20, 0));
}

#[test]
fn what_is_damaged_or_foreign_is_computed_anew_and_overwritten() {
    let _alone = isolate();
    let store = use_memory();
    tell(3, 30);
    for fault in [Fault::Corrupts, Fault::Truncates] {
        assert_eq!(plain(3), 30);
        store.fail(fault);
        assert_eq!(plain(3), 30);
        store.heal();
        assert_eq!(plain(3), 30);
        assert_eq!(runs(|| plain(3)), (30, 0));
    }
}

/// Errors on request.
#[cached(ttl = 60, store = shared, on_store_error = fail)]
fn strict(id: u32) -> Result<u32, larder::Error> {
    RUNS.fetch_add(1, SeqCst);
    Ok(id)
}

#[test]
fn a_function_that_says_so_fails_with_its_store() {
    let _alone = isolate();
    let store = use_memory();
    assert_eq!(strict(1).unwrap(), 1);
    store.fail(Fault::LosesAnswer);
    let (result, runs) = runs(|| strict(1));
    assert!(result.unwrap_err().as_store_error().is_some());
    assert_eq!(runs, 0);
    store.heal();
    assert_eq!(strict(1).unwrap(), 1);
}

/// Every call is a hit or a miss, also one that fails, and one that waited for another one that fails.
#[test]
fn a_call_that_fails_with_its_store_is_a_miss() {
    let _alone = isolate();
    let store = use_memory();
    assert_eq!(strict(2).unwrap(), 2);
    store.fail(Fault::Unavailable);
    strict(2).unwrap_err();
    strict::refresh(2).unwrap_err();
    let stats = strict::stats();
    assert_eq!((stats.hits, stats.misses, stats.loads, stats.store_errors), (0, 3, 1, 2));
    let held = store.hold();
    thread::scope(|scope| {
        let calls = [(); 2].map(|()| scope.spawn(|| strict(2)));
        eventually("one waits for the other", || strict::stats().waiting == 1);
        held.release();
        calls.into_iter().for_each(|call| assert!(call.join().unwrap().is_err()));
    });
    let stats = strict::stats();
    assert_eq!((stats.hits, stats.misses, stats.coalesced, stats.store_errors), (0, 5, 0, 4));
    store.heal();
    assert_eq!(strict(2).unwrap(), 2);
    assert_eq!((strict::stats().hits, strict::stats().misses), (1, 5));
}

#[cached(cache = "root: a dead store", store = shared, ttl = 60, tags = ["root:{id}"], user = id)]
fn first_of_dead(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + id
}

#[cached(cache = "root: between them", store = shared, ttl = 60, tags = ["root:{id}"], user = id)]
fn alive(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + id
}

#[cached(cache = "root: in memory", tags = ["root:{id}"], user = id)]
fn in_memory(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + id
}

#[cached(cache = "root: zero answers", store = shared, ttl = 60, tags = ["root:{id}"], user = id)]
fn last_of_dead(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + id
}

/// Root invalidations reach every cache that was built: those whose stores do not answer are named, and keep nobody else from being reached.
#[test]
fn a_root_invalidation_reaches_all_caches_but_those_that_it_names() {
    type Invalidate = fn() -> Result<(), larder::Error>;
    let ways: [Invalidate; 4] = [
        || larder::blocking::invalidate_tag("root:8"),
        || pollster::block_on(larder::invalidate_tags(["root:8", "root:9"])),
        || larder::blocking::invalidate_user(8),
        || pollster::block_on(larder::invalidate_all()),
    ];
    let time = isolate();
    // The default cache is one of those that are reached.
    use_memory();
    let [dead, live, also_dead] =
        ["root: a dead store", "root: between them", "root: zero answers"].map(|name| {
            let store = std::sync::Arc::new(FailingStore::new(MemoryStore::new()));
            Cache::builder(name).store(store.clone()).build().unwrap();
            store
        });
    let all = [first_of_dead, alive, in_memory, last_of_dead];
    let call = || all.map(|call| call(8));
    for invalidate in ways {
        call();
        assert_eq!(runs(call).1, 0);
        dead.fail(Fault::Unavailable);
        also_dead.fail(Fault::Unavailable);
        let error = invalidate().unwrap_err();
        let told: Vec<_> = error.caches_not_told().collect();
        assert_eq!(told, ["root: a dead store", "root: zero answers"]);
        assert!(error.as_store_error().is_some_and(larder::store::StoreError::is_unavailable));
        let said = error.to_string();
        let names =
            ["\"root: a dead store\"", "\"root: zero answers\"", "the store `memory` cannot be reached"];
        assert!(names.iter().all(|name| said.contains(name)), "{said}");
        assert_eq!(runs(|| (alive(8), in_memory(8))).1, 2, "they were reached");
        dead.heal();
        also_dead.heal();
        assert_eq!(runs(|| (first_of_dead(8), last_of_dead(8))).1, 2, "this process keeps to it");
        time.advance(Duration::from_millis(100));
        time.settle();
        call();
        assert_eq!(runs(call).1, 0, "now they have been told");
    }
    assert!(live.batches() > 0);
}

#[test]
fn a_write_that_is_lost_costs_a_run_and_nothing_else() {
    let _alone = isolate();
    let store = use_memory();
    tell(4, 40);
    store.fail_where(Fault::LosesRequest, |operation| {
        matches!(operation, larder::store::Operation::Put { .. })
    });
    assert_eq!(runs(|| plain(4)), (40, 1));
    assert_eq!(runs(|| plain(4)), (40, 1));
    store.heal();
    assert_eq!(runs(|| plain(4)), (40, 1));
    assert_eq!(runs(|| plain(4)), (40, 0));
}

/// The soak found it: the store did not answer the inner call, so that nobody could tell when its value ceases to be true; the outer call, whose own questions were answered, stored what it
/// had computed from it, without the inner one's tags. Invalidating these reached it nowhere.
#[test]
fn what_was_computed_from_a_value_that_no_store_vouches_for_is_not_stored() {
    let _alone = isolate();
    let store = use_memory();
    for call in [around, around_near] {
        tell(5, 10);
        store.fail_where(Fault::Unavailable, |operation| {
            ["default:e:plain:", "default:e:near:"].iter().any(|inner| operation.key().contains(inner))
        });
        assert_eq!(runs(|| call(5)), (10, 1));
        store.heal();
        tell(5, 20);
        larder::blocking::invalidate_tag("static:5").unwrap();
        assert_eq!(runs(|| call(5)), (20, 1));
        assert_eq!(runs(|| call(5)), (20, 0), "now that the store answers, it is stored");
    }
}

#[cached(ttl = 60, store = shared)]
fn outermost(id: u32) -> u32 {
    around(id)
}

/// The same, one call further out.
#[test]
fn nor_is_what_was_computed_from_that() {
    let _alone = isolate();
    let store = use_memory();
    tell(6, 10);
    store.fail_where(Fault::Unavailable, |operation| operation.key().contains("default:e:plain:"));
    assert_eq!(runs(|| outermost(6)), (10, 1));
    store.heal();
    tell(6, 20);
    larder::blocking::invalidate_tag("static:6").unwrap();
    assert_eq!(runs(|| outermost(6)), (20, 1));
}

static IS_FIRST: AtomicBool = AtomicBool::new(true);

/// Panics as soon as somebody waits for its first run.
#[cached(ttl = 60, store = shared)]
fn fragile(id: u32) -> u32 {
    if IS_FIRST.swap(false, SeqCst) {
        eventually("another call waits", || fragile::stats().waiting == 1);
        panic!("on request");
    }
    id
}

/// The soak found it: a call that had waited for another one, and led after all, was counted when it began to wait and once more when the store had answered.
#[test]
fn a_call_that_waits_and_then_runs_is_one_miss() {
    let _alone = isolate();
    use_memory();
    thread::scope(|scope| {
        let first = scope.spawn(|| fragile(1));
        eventually("the first one runs", || !IS_FIRST.load(SeqCst));
        assert_eq!(fragile(1), 1);
        first.join().expect_err("it was to panic");
    });
    let stats = fragile::stats();
    assert_eq!((stats.hits, stats.misses, stats.coalesced), (0, 2, 0));
    assert_eq!((stats.loads, stats.loads_lost), (1, 1));
}
