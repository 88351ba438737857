//! The entries of a cache in memory: types, lifetimes, scopes, bounds, statistics.

use std::time::Duration;

use larder::testing::isolate;
use larder::{Cache, EntryOptions, Policy, defer_invalidations, set_enabled};
use pollster::block_on;

use crate::support::{millis, seconds};

fn cache(name: &str) -> Cache {
    Cache::builder(name).build().unwrap()
}

/// A type that no serializer knows.
#[derive(Clone, Debug, PartialEq)]
struct Opaque(std::sync::Arc<str>);

#[test]
fn async_and_blocking_are_one_cache() {
    let _alone = isolate();
    let cache = cache("entries of both kinds");
    block_on(async {
        cache.insert("a", 1_u32).await.unwrap();
        assert_eq!(cache.get("a").await.unwrap(), Some(1_u32));
        assert!(cache.contains("a").await.unwrap());
        assert_eq!(cache.ttl("a").await.unwrap(), Some(Duration::MAX));
        cache.insert_many([("b", 2_u32), ("c", 3)]).await.unwrap();
        assert_eq!(cache.get_many::<u32>(["a", "d", "c"]).await.unwrap(), [Some(1), None, Some(3)]);
        assert_eq!(cache.remove_many(["b", "d"]).await.unwrap(), 1);
        assert!(!cache.insert_if_absent("a", 9_u32).await.unwrap());
        let tagged = cache.with(EntryOptions::new().tag("t"));
        assert_eq!(tagged.get_or_load("e", async { 5_u32 }).await, 5);
        cache.invalidate_tag("t").await.unwrap();
        assert!(!cache.contains("e").await.unwrap());
    });
    let blocking = cache.blocking();
    assert_eq!(blocking.get::<u32>("a").unwrap(), Some(1));
    assert!(blocking.remove("a").unwrap());
    assert_eq!(block_on(cache.get::<u32>("a")).unwrap(), None);
    block_on(cache.clear()).unwrap();
    assert!(!blocking.contains("c").unwrap());
}

#[test]
fn any_type_is_kept_as_it_is() {
    let _alone = isolate();
    let cache = cache("entries of any type").blocking();
    let value = Opaque("once".into());
    cache.insert("a", value.clone()).unwrap();
    let again: Opaque = cache.get("a").unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&again.0, &value.0));
}

#[test]
fn a_value_of_another_type_is_none_and_is_replaced() {
    let _alone = isolate();
    let cache = cache("entries of two types").blocking();
    cache.insert("a", 1_u32).unwrap();
    assert_eq!(cache.get::<u64>("a").unwrap(), None);
    assert_eq!(cache.get::<String>("a").unwrap(), None);
    assert_eq!(cache.get::<u32>("a").unwrap(), Some(1), "and was left alone");
    assert_eq!(cache.get_or_load("a", || "one".to_owned()), "one");
    assert_eq!(cache.get::<u32>("a").unwrap(), None, "what was loaded has its place");
    cache.insert("a", 2_u32).unwrap();
    assert_eq!(cache.get::<String>("a").unwrap(), None);
    assert!(cache.remove("a").unwrap());
    assert!(!cache.contains("a").unwrap());
}

#[test]
fn keys_of_different_types_differ() {
    let _alone = isolate();
    let cache = cache("keys of entries").blocking();
    cache.insert(7_u32, 'n').unwrap();
    cache.insert("7", 's').unwrap();
    cache.insert(("a:b", "c"), '1').unwrap();
    cache.insert(("a", "b:c"), '2').unwrap();
    cache.insert("", 'e').unwrap();
    let get = |found: Result<Option<char>, larder::Error>| found.unwrap();
    assert_eq!(get(cache.get(7_i64)), Some('n'), "an integer is its value, whatever its type");
    assert_eq!(get(cache.get(String::from("7"))), Some('s'));
    assert_eq!(get(cache.get(("a:b", "c"))), Some('1'));
    assert_eq!(get(cache.get(("a", "b:c"))), Some('2'));
    assert_eq!(get(cache.get("")), Some('e'));
}

#[test]
fn an_entry_lives_as_long_as_it_says_or_else_the_cache() {
    let time = isolate();
    let cache = Cache::builder("lifetimes of entries").ttl(seconds(10)).build().unwrap().blocking();
    cache.insert("cache", 1).unwrap();
    cache.with(EntryOptions::new().ttl(seconds(2))).insert("own", 2).unwrap();
    cache.with(EntryOptions::new().ttl(seconds(30))).insert("longer", 3).unwrap();
    assert_eq!(cache.ttl("own").unwrap(), Some(seconds(2)));
    time.advance(millis(1_999));
    assert_eq!(cache.ttl("own").unwrap(), Some(millis(1)));
    time.advance(millis(1));
    assert_eq!((cache.get::<i32>("own").unwrap(), cache.ttl("own").unwrap()), (None, None));
    assert_eq!(cache.ttl("cache").unwrap(), Some(seconds(8)));
    time.advance(seconds(8));
    assert!(!cache.contains("cache").unwrap());
    assert_eq!(cache.get::<i32>("longer").unwrap(), Some(3));
    cache.with(EntryOptions::new().ttl(Duration::ZERO)).insert("longer", 4).unwrap();
    assert!(!cache.contains("longer").unwrap(), "nothing is kept for no time, not the old one either");
}

#[test]
fn idle_entries_leave() {
    let time = isolate();
    let cache = Cache::builder("idle entries").idle(seconds(10)).build().unwrap().blocking();
    cache.insert_many([("a", 1), ("b", 2)]).unwrap();
    time.advance(seconds(6));
    assert_eq!(cache.get::<i32>("a").unwrap(), Some(1));
    time.advance(seconds(6));
    assert_eq!(cache.get_many::<i32>(["a", "b"]).unwrap(), [Some(1), None]);
}

#[test]
fn invalidations_reach_entries() {
    let _alone = isolate();
    let cache = cache("scopes of entries").blocking();
    let store = || {
        cache.with(EntryOptions::new().tag("x").tag("").tags(["y", "z"])).insert("tagged", 1).unwrap();
        cache.with(EntryOptions::new().user(Some(7_u32))).insert("ann", 2).unwrap();
        cache.with(EntryOptions::new().user(None::<u32>)).insert("nobody", 3).unwrap();
    };
    let left = || cache.get_many::<i32>(["tagged", "ann", "nobody"]).unwrap();
    store();
    cache.invalidate_tag("z").unwrap();
    assert_eq!(left(), [None, Some(2), Some(3)]);
    store();
    cache.invalidate_user(7_u64).unwrap();
    assert_eq!(left(), [Some(1), None, Some(3)]);
    larder::blocking::invalidate_tag("x").unwrap();
    assert_eq!(left(), [None, None, Some(3)]);
    store();
    larder::blocking::invalidate_all().unwrap();
    assert_eq!(left(), [None, None, None]);
    assert!(cache.invalidate_tag("").is_err());
}

#[test]
fn the_bound_of_the_cache_holds() {
    let _alone = isolate();
    let cache =
        Cache::builder("bounded entries").max_entries(10).policy(Policy::Fifo).build().unwrap().blocking();
    cache.insert_many((0..100).map(|n| (n, n))).unwrap();
    let left: Vec<_> = cache.get_many::<i32>(0..100).unwrap().into_iter().flatten().collect();
    assert_eq!(left, (90..100).collect::<Vec<_>>());
    let stats = larder::stats();
    let row = stats.get("bounded entries (entries)").unwrap();
    assert_eq!((row.entries, row.evicted_by_count), (10, 90));
}

#[test]
fn they_have_a_row_in_the_statistics() {
    let _alone = isolate();
    let cache = cache("counted entries");
    let row = || larder::stats().get("counted entries (entries)").cloned().unwrap();
    let blocking = cache.blocking();
    blocking.insert("a", 1_u32).unwrap();
    blocking.get::<u32>("a").unwrap();
    blocking.get::<u32>("b").unwrap();
    blocking.contains("a").unwrap();
    blocking.get_or_load("c", || 3_u32);
    blocking.get_or_load("c", || 4_u32);
    let _: Result<u32, ()> = blocking.try_get_or_load("d", || Err(()));
    let row = row();
    assert_eq!((row.hits, row.misses, row.loads, row.load_errors), (2, 3, 2, 1));
    assert_eq!((row.entries, row.insertions), (2, 2));
    assert_eq!(row.cache, "counted entries");
    assert!(row.unbounded);
    assert_eq!(cache.stats().functions.len(), 1);
    assert!(format!("{}", larder::stats()).contains("counted entries (entries)"));
}

#[test]
fn clearing_leaves_functions_and_other_caches_alone() {
    #[larder::cached(cache = "cleared entries")]
    fn function(n: u32) -> u32 {
        n
    }
    let time = isolate();
    let (cleared, other) = (cache("cleared entries").blocking(), cache("other entries").blocking());
    function(1);
    cleared.insert_many([(1, 1), (2, 2)]).unwrap();
    cleared.increment("n", 1).unwrap();
    other.insert(1, 1).unwrap();
    cleared.clear().unwrap();
    assert_eq!(cleared.get_many::<i32>([1, 2]).unwrap(), [None, None]);
    assert_eq!(cleared.number("n").unwrap(), None);
    assert_eq!(other.get::<i32>(1).unwrap(), Some(1));
    time.hit(|| function(1));
}

#[test]
fn while_caching_is_off_nothing_is_kept_or_given() {
    let _alone = isolate();
    let cache = cache("switched entries").blocking();
    cache.insert("a", 1).unwrap();
    set_enabled(false);
    assert_eq!(cache.get::<i32>("a").unwrap(), None);
    assert_eq!(cache.get_or_load("a", || 2), 2);
    cache.insert("b", 3).unwrap();
    assert!(!cache.insert_if_absent("c", 4).unwrap());
    assert_eq!(cache.increment("n", 1).unwrap(), 1, "numbers are no copies of anything");
    set_enabled(true);
    assert_eq!(cache.get_many::<i32>(["a", "b", "c"]).unwrap(), [Some(1), None, None]);
    assert_eq!(cache.number("n").unwrap(), Some(1));
}

#[test]
fn a_transaction_stores_and_removes_when_it_succeeds() {
    let _alone = isolate();
    let cache = cache("entries of transactions").blocking();
    cache.insert_many([("old", 1), ("kept", 1)]).unwrap();
    let work = |result: Result<(), ()>| {
        defer_invalidations(|| {
            assert!(cache.remove("old").unwrap());
            cache.insert("new", 2).unwrap();
            assert!(cache.insert_if_absent("absent", 3).unwrap());
            assert_eq!(cache.get_many::<i32>(["old", "new", "absent"]).unwrap(), [Some(1), None, None]);
            result
        })
    };
    work(Err(())).unwrap_err();
    assert_eq!(cache.get_many::<i32>(["old", "new", "absent"]).unwrap(), [Some(1), None, None]);
    work(Ok(())).unwrap();
    assert_eq!(cache.get_many::<i32>(["old", "new", "absent"]).unwrap(), [None, Some(2), Some(3)]);
}

#[test]
fn a_value_that_calls_the_cache_when_it_is_dropped_or_cloned_waits_for_nobody() {
    let _alone = isolate();
    let cache = cache("entries with manners").blocking();
    struct Nosy(larder::Blocking);
    impl Clone for Nosy {
        fn clone(&self) -> Self {
            self.0.get::<u32>("other").unwrap();
            Self(self.0)
        }
    }
    impl Drop for Nosy {
        fn drop(&mut self) {
            self.0.insert("other", 1_u32).unwrap();
            self.0.contains("nosy").unwrap();
        }
    }
    cache.insert("nosy", Nosy(cache)).unwrap();
    drop(cache.get::<Nosy>("nosy").unwrap());
    cache.insert("nosy", Nosy(cache)).unwrap();
    assert!(cache.remove("nosy").unwrap());
    assert_eq!(cache.get::<u32>("other").unwrap(), Some(1));
}
