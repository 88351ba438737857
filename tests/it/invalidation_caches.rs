//! Named caches: what their functions share, and what keeps them apart.

use std::time::Duration;

use larder::testing::isolate;
use larder::{Cache, add_tag, blocking, cached};

#[cached(cache = "shelf-left", tags = ["book:{id}"], user = owner)]
fn left(id: u32, owner: u32) -> u32 {
    id + owner
}

#[cached(cache = "shelf-right", tags = ["book:{id}"], user = owner)]
fn right(id: u32, owner: u32) -> u32 {
    id + owner
}

#[cached(tags = ["book:{id}"])]
fn table(id: u32) -> u32 {
    id
}

/// Whether the values of `left`, `right` and `table` for 1 are there.
fn there() -> [bool; 3] {
    [left::peek(1, 1).is_some(), right::peek(1, 1).is_some(), table::peek(1).is_some()]
}

fn fill() {
    left(1, 1);
    right(1, 1);
    table(1);
    assert_eq!(there(), [true; 3]);
}

#[test]
fn tags_and_users_of_one_cache_are_nothing_to_another() {
    let _time = isolate();
    let [one, other] = ["shelf-left", "shelf-right"].map(|name| larder::cache(name).unwrap());
    fill();
    one.blocking().invalidate_tag("book:1").unwrap();
    assert_eq!(there(), [false, true, true]);
    fill();
    pollster::block_on(other.invalidate_user(1)).unwrap();
    assert_eq!(there(), [true, false, true]);
    fill();
    pollster::block_on(one.invalidate_tags(["book:1"])).unwrap();
    assert_eq!(there(), [false, true, true]);
    fill();
    other.blocking().invalidate_all().unwrap();
    assert_eq!(there(), [true, false, true]);
    fill();
    other.blocking().cache().blocking().expire_user(1).unwrap();
    assert_eq!(there(), [true, false, true]);
    fill();
    larder::cache("default").unwrap().blocking().invalidate_all().unwrap();
    assert_eq!(there(), [true, true, false]);
}

#[test]
fn the_root_reaches_all_of_them() {
    let _time = isolate();
    fill();
    blocking::invalidate_tag("book:1").unwrap();
    assert_eq!(there(), [false; 3]);
    fill();
    blocking::invalidate_user(1).unwrap();
    assert_eq!(there(), [false, false, true]);
    fill();
    pollster::block_on(larder::invalidate_all()).unwrap();
    assert_eq!(there(), [false; 3]);
}

#[test]
fn a_value_made_from_one_of_another_cache_goes_with_it() {
    #[cached(cache = "shelf-left")]
    fn sum(id: u32) -> u32 {
        add_tag("sum");
        right(id, 1) + table(id)
    }
    #[cached(cache = "shelf-right")]
    async fn outer(id: u32) -> u32 {
        sum(id)
    }
    let time = isolate();
    let call = || pollster::block_on(outer(1));
    let [one, other] = ["shelf-left", "shelf-right"].map(|name| larder::cache(name).unwrap().blocking());
    let ways: [(&str, &dyn Fn()); 6] = [
        ("a tag of the inner one", &|| other.invalidate_tag("book:1").unwrap()),
        ("a tag between", &|| one.invalidate_tag("sum").unwrap()),
        ("all of the inner cache", &|| other.invalidate_all().unwrap()),
        ("all of the cache between", &|| one.invalidate_all().unwrap()),
        ("the user of the inner one", &|| other.invalidate_user(1).unwrap()),
        ("a key", &|| assert!(table::invalidate(1))),
    ];
    for (way, invalidate) in ways {
        call();
        time.hit(call);
        invalidate();
        assert_eq!(outer::peek(1), None, "{way}");
        // the same when what is inside is read from the cache
        call();
        outer::clear();
        call();
        invalidate();
        assert_eq!(outer::peek(1), None, "{way}, after hits");
    }
    call();
    one.invalidate_tag("book:1").unwrap();
    one.invalidate_user(1).unwrap();
    other.invalidate_tag("sum").unwrap();
    time.hit(call);
}

#[test]
fn a_second_cache_of_one_name_is_an_error() {
    let built = Cache::builder("shelf-twice").ttl(Duration::from_secs(7)).build().unwrap();
    assert_eq!(built.name(), "shelf-twice");
    let error = Cache::builder("shelf-twice").build().unwrap_err();
    assert!(error.is_cache_exists() && error.to_string().contains("\"shelf-twice\""), "{error}");
    assert_eq!(larder::cache("shelf-twice").unwrap().name(), "shelf-twice");
    assert!(Cache::builder("").build().unwrap_err().is_empty_name());
}

#[test]
fn an_unknown_cache_is_an_error_that_names_those_there_are() {
    let error = larder::cache("shelf-nowhere").unwrap_err();
    assert!(error.is_no_such_cache());
    let text = error.to_string();
    for known in ["\"shelf-nowhere\"", "default", "shelf-left", "shelf-right"] {
        assert!(text.contains(known), "{text}");
    }
    // asking does not make it
    assert!(larder::cache("shelf-nowhere").is_err());
}

#[test]
fn options_are_shared_by_functions_that_say_nothing() {
    #[cached(cache = "shelf-options")]
    fn plain(id: u32) -> u32 {
        id
    }
    #[cached(cache = "shelf-options", ttl = 60, max_entries = 3)]
    fn own(id: u32) -> u32 {
        id
    }
    let time = isolate();
    // called before its cache is built
    (0..5).for_each(|id| _ = plain(id));
    let cache = Cache::builder("shelf-options").ttl(Duration::from_secs(10)).max_entries(4).build().unwrap();
    assert!(plain::stats().entries <= 4, "the surplus has left");
    (0..5).for_each(|id| _ = (plain(id), own(id)));
    assert_eq!((plain::stats().entries, own::stats().entries), (4, 3));
    assert_eq!(plain::handle().ttl(), Some(Duration::from_secs(10)));
    assert_eq!(own::handle().ttl(), Some(Duration::from_secs(60)));
    time.advance(Duration::from_secs(10));
    assert_eq!((0..5).filter_map(plain::peek).count(), 0);
    assert_eq!((0..5).filter_map(own::peek).count(), 3);
    let stats = cache.stats();
    assert_eq!(stats.functions.len(), 2, "{stats}");
}

#[test]
fn the_policy_idle_and_jitter_of_a_cache_hold_for_functions_called_afterwards() {
    #[cached(cache = "shelf-policy")]
    fn plain(id: u32) -> u32 {
        id
    }
    let time = isolate();
    let policy = larder::Policy::Lifo;
    Cache::builder("shelf-policy")
        .policy(policy)
        .idle(Duration::from_secs(5))
        .ttl(Duration::from_secs(100))
        .jitter(0.5)
        .max_entries(2)
        .build()
        .unwrap();
    (0..3).for_each(|id| _ = plain(id));
    assert_eq!([0, 1, 2].map(plain::peek), [Some(0), None, Some(2)], "last in, first out");
    time.advance(Duration::from_secs(4));
    time.hit(|| plain(0));
    time.advance(Duration::from_secs(4));
    assert_eq!([0, 2].map(plain::peek), [Some(0), None]);
    for _ in 0..24 {
        time.advance(Duration::from_secs(4));
        plain(0);
    }
    assert!(
        (4..=5).contains(&plain::stats().loads),
        "a lifetime is at least half as long, and at most 100 s"
    );
}

#[test]
fn what_changes_while_the_program_runs_holds_at_once() {
    #[cached(cache = "shelf-changing")]
    fn one(id: u32) -> u32 {
        id
    }
    #[cached(cache = "shelf-changing")]
    fn other(id: u32) -> u32 {
        id
    }
    #[cached(cache = "shelf-changing", max_entries = 50)]
    fn own(id: u32) -> u32 {
        id
    }
    let time = isolate();
    let cache = larder::cache("shelf-changing").unwrap();
    let entries = || [one::stats().entries, other::stats().entries, own::stats().entries];
    (0..100).for_each(|id| _ = (one(id), other(id), own(id)));
    assert_eq!(entries(), [100, 100, 50]);
    cache.set_max_entries(Some(1_000));
    (0..100).for_each(|id| _ = (one(id), other(id)));
    cache.set_max_entries(Some(100));
    assert_eq!(entries(), [100, 100, 50]);
    cache.set_max_entries(Some(10));
    assert_eq!(entries(), [10, 10, 50], "shrinking is not put off to the next insertion");
    (0..100).for_each(|id| _ = one(id));
    assert_eq!(entries(), [10, 10, 50]);
    cache.set_max_entries(None);
    (0..100).for_each(|id| _ = one(id));
    assert_eq!((one::stats().entries, own::stats().entries), (100, 50));

    time.advance(Duration::from_secs(100));
    time.hit(|| one(1));
    cache.set_ttl(Some(Duration::from_secs(60)));
    assert_eq!(one::peek(1), None, "a lifetime holds also for what is there");
    one(1);
    cache.set_ttl(None);
    time.advance(Duration::from_secs(1_000));
    time.hit(|| one(1));
}

#[test]
fn what_a_function_was_told_by_its_handle_beats_its_cache() {
    #[cached(cache = "shelf-handle")]
    fn told(id: u32) -> u32 {
        id
    }
    let _time = isolate();
    told(0);
    told::handle().set_max_entries(Some(5));
    told::handle().set_ttl(Some(Duration::from_secs(5)));
    let cache = Cache::builder("shelf-handle").max_entries(9).ttl(Duration::from_secs(9)).build().unwrap();
    (0..20).for_each(|id| _ = told(id));
    assert_eq!((told::stats().entries, told::handle().ttl()), (5, Some(Duration::from_secs(5))));
    cache.set_max_entries(Some(2));
    cache.set_ttl(None);
    assert_eq!((told::stats().entries, told::handle().ttl()), (5, Some(Duration::from_secs(5))));
}

#[test]
fn a_cache_counts_its_own_functions_only() {
    let _time = isolate();
    fill();
    let stats = larder::cache("shelf-right").unwrap().stats();
    assert!(
        stats.functions.iter().any(|function| function.name.ends_with("::right") && function.loads == 1),
        "{stats}"
    );
    assert!(!stats.functions.iter().any(|function| function.name.ends_with("::left")), "{stats}");
    let cache = larder::cache("shelf-left").unwrap();
    assert_eq!(format!("{cache:?}"), "Cache(\"shelf-left\")");
}
