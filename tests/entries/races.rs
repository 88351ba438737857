//! What an insertion is to those who read, load or change the same key meanwhile.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;

use larder::testing::isolate;
use larder::{Blocking, Cache, cached, defer_invalidations};

fn cache(name: &str) -> Blocking {
    Cache::builder(name).build().unwrap().blocking()
}

#[cached(cache = "read while it is inserted")]
fn is_there(key: u32) -> bool {
    let cache = larder::cache("read while it is inserted").unwrap().in_memory().unwrap();
    cache.blocking().get::<u32>(key).unwrap().is_some()
}

/// One thread asks all the time, so that some of its reads fall between the halves of an insertion.
#[test]
fn what_found_none_does_not_outlive_an_insertion() {
    static KEY: AtomicU32 = AtomicU32::new(0);
    static IS_OVER: AtomicBool = AtomicBool::new(false);
    let _alone = isolate();
    let cache = cache("read while it is inserted");
    thread::scope(|scope| {
        scope.spawn(|| {
            while !IS_OVER.load(SeqCst) {
                is_there(KEY.load(SeqCst));
            }
        });
        let stale = (1..20_000).find(|key| {
            KEY.store(*key, SeqCst);
            cache.insert(*key, 1_u32).unwrap();
            !is_there(*key)
        });
        IS_OVER.store(true, SeqCst);
        assert_eq!(stale, None, "there was one when the call began");
    });
}

#[test]
fn a_load_that_was_overtaken_takes_nobodys_place() {
    let _alone = isolate();
    let cache = cache("loaded while it is inserted");
    let loaded = cache.get_or_load("a", || {
        thread::scope(|scope| {
            scope.spawn(|| cache.insert("a", "inserted".to_owned()).unwrap()).join().unwrap();
        });
        1_u32
    });
    assert_eq!(loaded, 1);
    assert_eq!(cache.get::<String>("a").unwrap().as_deref(), Some("inserted"));
    assert_eq!(cache.get::<u32>("a").unwrap(), None);
}

#[test]
fn in_a_transaction_that_fails_nothing_happens() {
    let _alone = isolate();
    let cache = cache("failed transactions");
    cache.increment("n", 5).unwrap();
    let failed: Result<(), ()> = defer_invalidations(|| {
        cache.clear().unwrap();
        assert!(cache.insert_if_absent("a", 1_u32).unwrap());
        Err(())
    });
    assert!(failed.is_err());
    assert_eq!((cache.number("n").unwrap(), cache.get::<u32>("a").unwrap()), (Some(5), None));
}

#[test]
fn what_came_first_stays_when_a_transaction_succeeds() {
    let _alone = isolate();
    let cache = cache("transactions beside others");
    let done: Result<(), ()> = defer_invalidations(|| {
        assert!(cache.insert_if_absent("a", 1_u32).unwrap());
        thread::scope(|scope| {
            let other = scope.spawn(|| cache.insert_if_absent("a", 2_u32).unwrap());
            assert!(other.join().unwrap());
        });
        Ok(())
    });
    assert!(done.is_ok());
    assert_eq!(cache.get::<u32>("a").unwrap(), Some(2));
}
