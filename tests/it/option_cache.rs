//! `cache`: the named cache a function lives in.

use larder::testing::isolate;
use larder::{Cache, blocking, cached, current_cache};
use pollster::block_on;

#[cached(cache = "option-cache", tags = ["option-cache-tag"], user = id)]
fn named(id: u32) -> Option<&'static str> {
    let _ = id;
    current_cache()
}

#[cached(tags = ["option-cache-tag"], user = id)]
fn other(id: u32) -> Option<&'static str> {
    let _ = id;
    current_cache()
}

#[cached(cache = "option-cache")]
async fn asynchronous(id: u32) -> Option<&'static str> {
    std::future::ready(id).await;
    current_cache()
}

struct Users;

impl Users {
    #[cached(cache = "option-cache", ignore = [self])]
    fn method(&self, id: u32) -> Option<&'static str> {
        let _ = id;
        current_cache()
    }
}

trait Load {
    fn load(id: u32) -> Option<&'static str>;
}

impl Load for Users {
    #[cached(handle = none, cache = "option-cache")]
    fn load(id: u32) -> Option<&'static str> {
        let _ = id;
        current_cache()
    }
}

/// The options of a cache are those of its functions, where they have none of their own.
#[cached(cache = "option-cache-small")]
fn bounded(id: u32) -> u32 {
    id
}

#[test]
fn the_function_runs_in_its_cache() {
    let time = isolate();
    assert_eq!(time.miss(|| other(1)), Some("default"));
    for call in [
        named as fn(u32) -> Option<&'static str>,
        |id| block_on(asynchronous(id)),
        |id| Users.method(id),
        Users::load,
    ] {
        assert_eq!(time.miss(|| call(1)), Some("option-cache"));
        time.hit(|| call(1));
    }
}

#[test]
fn caches_are_isolated() {
    let time = isolate();
    let cache = larder::cache("option-cache").unwrap();
    let invalidations: [&dyn Fn(); 3] = [
        &|| cache.blocking().invalidate_tag("option-cache-tag").unwrap(),
        &|| cache.blocking().invalidate_user(1).unwrap(),
        &|| cache.blocking().invalidate_all().unwrap(),
    ];
    for invalidate in invalidations {
        named(1);
        other(1);
        invalidate();
        time.hit(|| other(1));
        time.miss(|| named(1));
    }
    blocking::invalidate_tag("option-cache-tag").unwrap();
    time.miss(|| other(1));
    time.miss(|| named(1));
}

#[test]
fn the_options_of_the_cache_hold() {
    let time = isolate();
    Cache::builder("option-cache-small").max_entries(1).build().unwrap();
    time.miss(|| bounded(1));
    time.miss(|| bounded(2));
    assert_eq!(bounded::handle().len(), 1);
}
