//! Building caches: what is refused, and where entries live.

use larder::codec::Json;
use larder::prelude::*;
use larder::testing::{MemoryStore, isolate};
use larder::{Error, Memory, Shared, Standard};

fn refused(prefix: &str) -> Error {
    let store = MemoryStore::new();
    Cache::builder("never built").store(store).prefix(prefix).build().unwrap_err()
}

#[test]
fn a_prefix_that_cannot_be_one_is_refused() {
    for prefix in ["", "my app", "a\tb", "a\u{7f}", &"x".repeat(65)] {
        let error = refused(prefix);
        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains("write up to 64 characters"), "{error}");
    }
    let fits = "x".repeat(64);
    Cache::builder("prefixed").store(MemoryStore::new()).prefix(&*fits).build().unwrap();
    assert!(larder::cache("never built").is_err(), "nothing was done");
}

#[test]
fn a_second_cache_of_a_name_is_refused() {
    Cache::builder("once").build().unwrap();
    assert!(Cache::builder("once").build().unwrap_err().is_cache_exists());
    let other = Cache::builder("once").store(MemoryStore::new()).serializer(Json).build();
    assert!(other.unwrap_err().is_cache_exists());
    assert!(Cache::builder("").build().unwrap_err().is_empty_name());
}

#[test]
fn a_cache_that_was_named_says_where_its_entries_live() {
    let _alone = isolate();
    Cache::builder("in json").store(MemoryStore::new()).serializer(Json).build().unwrap();
    Cache::builder("in memory").build().unwrap();
    let named = larder::cache("in json").unwrap();
    let json: Cache<Shared<Json>> = named.in_store().unwrap();
    json.blocking().insert("a", 1_u32).unwrap();
    let error = named.in_memory().unwrap_err();
    assert!(error.is_entries_elsewhere() && error.to_string().contains("in_store()"), "{error}");
    let error = named.in_store::<Standard>().unwrap_err();
    assert!(error.is_entries_elsewhere() && error.to_string().contains("another serializer"), "{error}");
    let named = larder::cache("in memory").unwrap();
    let memory: Cache<Memory> = named.in_memory().unwrap();
    memory.blocking().insert("a", 1_u32).unwrap();
    let error = named.in_store::<Json>().unwrap_err();
    assert!(error.is_entries_elsewhere() && error.to_string().contains("in_memory()"), "{error}");
}

#[test]
fn entries_that_were_used_in_memory_do_not_move() {
    #[cached(cache = "used before it was built")]
    fn function() -> u32 {
        1
    }
    let _alone = isolate();
    function();
    let before = larder::cache("used before it was built").unwrap().in_memory().unwrap().blocking();
    before.insert("a", 1_u32).unwrap();
    let store = || Cache::builder("used before it was built").store(MemoryStore::new());
    let error = store().build().unwrap_err();
    assert!(error.is_entries_elsewhere(), "{error}");
    Cache::builder("used before it was built").build().expect("in memory it may be built");
    assert_eq!(before.get::<u32>("a").unwrap(), Some(1));
}

#[test]
fn stores_of_larder_are_options() {
    let ttl = std::time::Duration::from_secs(60);
    let builder = Cache::builder("users of redis").redis("redis://127.0.0.1:1/").unwrap();
    // It is never built, or the other tests could not invalidate everywhere.
    let _: larder::CacheBuilder<Shared> = builder.prefix("app").ttl(ttl);
    let error = Cache::builder("no url").redis("127.0.0.1:6379").unwrap_err();
    assert!(error.is_configuration(), "{error}");
    let error = Cache::builder("no url").redis("redis://ann:secret@host:port/").unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}
