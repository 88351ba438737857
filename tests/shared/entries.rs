//! The entries of a cache in a store: one meaning for all stores, few batches, failures, other processes.

use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use larder::codec::{Codec, Json, Metadata};
use larder::store::{Answer, Operation, Store};
use larder::testing::{FailingStore, Fault, MemoryStore, isolate};
use larder::{Blocking, Cache, EntryOptions, Shared, cached};
use pollster::block_on;
use proptest::prelude::*;

use crate::entries_model::{follow, steps};
use crate::eventually;
use crate::server::Server;
use crate::switch::{patient, use_memory, use_store};

type InMemory = Arc<FailingStore<MemoryStore>>;

/// A cache in an empty store in memory that can be made to fail.
fn cache(name: &str) -> (Cache<Shared>, InMemory) {
    let store = Arc::new(FailingStore::new(MemoryStore::new()));
    let cache = Cache::builder(name).store(store.clone()).prefix("app").build().unwrap();
    (cache, store)
}

fn batches(store: &InMemory, work: impl FnOnce()) -> u64 {
    let before = store.batches();
    work();
    store.batches() - before
}

static MODELLED: LazyLock<Cache<Shared>> = LazyLock::new(|| cache("modelled in a store").0);

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn entries_in_a_store_are_a_map_with_times(steps in steps()) {
        follow(&isolate(), MODELLED.blocking(), MOST, steps);
    }
}

/// No value lives longer in a store: 30 days.
const MOST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[test]
fn both_kinds_of_callers_share_them() {
    let _alone = isolate();
    let (cache, _) = cache("stored for both");
    block_on(async {
        cache.insert("a", 1_u32).await.unwrap();
        assert_eq!(cache.get_many::<u32>(["a", "b"]).await.unwrap(), [Some(1), None]);
        assert_eq!(cache.get_or_load("b", async { 2_u32 }).await, 2);
        assert!(!cache.insert_if_absent("b", 3_u32).await.unwrap());
        assert_eq!(cache.increment("n", 2).await.unwrap(), 2);
        assert_eq!(cache.ttl("a").await.unwrap().map(|ttl| ttl.as_secs() / 86_400), Some(30));
    });
    let blocking = cache.blocking();
    assert_eq!(blocking.get_many::<u32>(["a", "b"]).unwrap(), [Some(1), Some(2)]);
    assert_eq!(blocking.decrement("n", 1).unwrap(), 1);
    block_on(async {
        assert_eq!(cache.remove_many(["a", "b", "c"]).await.unwrap(), 2);
        cache.clear().await.unwrap();
    });
    assert_eq!(blocking.number("n").unwrap(), None);
}

#[test]
fn several_keys_are_as_many_batches_as_one() {
    let _alone = isolate();
    let (cache, store) = cache("batched");
    let cache = cache.blocking();
    cache.insert("first", 0_u32).unwrap();
    let many = || (0..100_u32).map(|n| (n, n));
    assert_eq!(batches(&store, || cache.insert("one", 1_u32).unwrap()), 2, "a number is taken, and written");
    assert_eq!(batches(&store, || cache.insert_many(many()).unwrap()), 2);
    assert_eq!(batches(&store, || _ = cache.get::<u32>("one").unwrap()), 1);
    let get = || assert!(cache.get_many::<u32>(0..100_u32).unwrap().iter().all(Option::is_some));
    assert_eq!(batches(&store, get), 1);
    let before = store.operations();
    get();
    assert_eq!(store.operations() - before, 100 * 2 + 3, "an entry and a scope each; three for all");
    assert_eq!(batches(&store, || _ = cache.contains("one").unwrap()), 1);
    assert_eq!(batches(&store, || _ = cache.remove("one").unwrap()), 2);
    let remove = || assert_eq!(cache.remove_many(0..100_u32).unwrap(), 100);
    assert_eq!(batches(&store, remove), 2);
    assert_eq!(batches(&store, || _ = cache.increment("n", 1).unwrap()), 1);
    assert_eq!(batches(&store, || cache.insert_many(Vec::<(u8, u32)>::new()).unwrap()), 0);
}

#[test]
fn tags_are_asked_for_at_once_when_they_are_known() {
    let _alone = isolate();
    let (cache, store) = cache("tagged in a store");
    let cache = cache.blocking();
    cache.with(EntryOptions::new().tag("t").user(7)).insert("a", 1_u32).unwrap();
    assert_eq!(batches(&store, || _ = cache.get::<u32>("a").unwrap()), 2);
    assert_eq!(batches(&store, || _ = cache.get::<u32>("a").unwrap()), 1);
    cache.invalidate_user(7).unwrap();
    assert_eq!(cache.get::<u32>("a").unwrap(), None);
}

/// Another program with the same prefix and name writes in another format, or another type: its values are misses, are overwritten, and are never taken for ours.
#[test]
fn two_formats_under_one_prefix_are_told_apart() {
    let _alone = isolate();
    let (cache, store) = cache("formats");
    let cache = cache.blocking();
    cache.insert("a", 1_u32).unwrap();
    let key = "app:formats:e::0000000000000000:s1:a";
    let get = |key: &str| store.inner().run(&[Operation::Get { key: key.into() }]).unwrap();
    assert!(format!("{:?}", get(key)).contains("Some"), "this is where it lies");
    let metadata = Metadata { snapshot: u64::MAX, fresh_ms: u64::MAX, ..Metadata::default() };
    let foreign = [
        Codec::<u32>::new(Json, "").seal(key, &metadata, &2).unwrap(),
        Codec::<String>::new(Json, "").seal(key, &metadata, &"2".into()).unwrap(),
        b"2".to_vec(),
        Vec::new(),
    ];
    for value in foreign {
        let put = Operation::Put { key: key.into(), value, ttl: Duration::from_secs(60) };
        store.inner().run(&[put]).unwrap();
        assert_eq!(cache.get::<u32>("a").unwrap(), None);
        assert_eq!(cache.get_or_load("a", || 3_u32), 3);
        assert_eq!(cache.get::<u32>("a").unwrap(), Some(3), "it was overwritten");
    }
    let is_absent = cache.insert_if_absent("a", "another type".to_owned()).unwrap();
    assert!(is_absent && cache.get::<u32>("a").unwrap().is_none());
}

#[test]
fn a_store_that_fails_is_a_miss_for_loads_and_an_error_for_the_others() {
    let _alone = isolate();
    let (cache, store) = cache("failing");
    let cache = cache.blocking();
    cache.insert("a", 1_u32).unwrap();
    store.fail(Fault::Unavailable);
    assert_eq!(cache.get_or_load("a", || 2_u32), 2);
    let unavailable =
        |error: larder::Error| error.as_store_error().is_some_and(|error| error.is_unavailable());
    assert!(unavailable(cache.get::<u32>("a").unwrap_err()));
    assert!(unavailable(cache.get_many::<u32>(["a"]).unwrap_err()));
    assert!(unavailable(cache.contains("a").unwrap_err()));
    assert!(unavailable(cache.ttl("a").unwrap_err()));
    assert!(unavailable(cache.insert("a", 3_u32).unwrap_err()));
    assert!(unavailable(cache.insert_if_absent("b", 3_u32).unwrap_err()));
    assert!(unavailable(cache.increment("n", 1).unwrap_err()));
    assert!(unavailable(cache.number("n").unwrap_err()));
    assert!(unavailable(cache.remove("a").unwrap_err()));
    assert!(unavailable(cache.clear().unwrap_err()));
    store.heal();
    assert_eq!(
        cache.get::<u32>("a").unwrap(),
        None,
        "this process keeps to the removal that could not be sent"
    );
    let row = cache.cache().stats().functions[0].clone();
    assert!(row.store_errors >= 4, "{}", row.store_errors);
    assert_eq!(row.name, "failing (entries)");
}

/// A value that cannot be written is said, and leaves what was there.
#[test]
fn a_value_that_the_serializer_refuses_is_an_error() {
    let _alone = isolate();
    let store = MemoryStore::new();
    let cache = Cache::builder("refused").store(store).serializer(Json).build().unwrap().blocking();
    let by_pair = std::collections::BTreeMap::from([((1, 2), 3)]);
    let error = cache.insert("a", by_pair.clone()).unwrap_err();
    assert!(error.as_codec_error().is_some(), "{error}");
    assert_eq!(cache.get_or_load("a", || by_pair.clone()), by_pair);
}

/// An insert while a load of the same type runs: the load's value goes to its caller, and the inserted one stays.
#[test]
fn an_insert_beats_a_load_from_before_it() {
    let _alone = isolate();
    let (cache, store) = cache("beaten");
    let cache = cache.blocking();
    cache.get_or_load("a", || 0_u32);
    cache.remove("a").unwrap();
    let (loading, may_end) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
    thread::scope(|scope| {
        let late = scope.spawn(|| {
            cache.get_or_load("a", || {
                loading.wait();
                may_end.wait();
                1_u32
            })
        });
        loading.wait();
        cache.insert("a", 2_u32).unwrap();
        let asked = batches(&store, || assert_eq!(cache.get::<u32>("a").unwrap(), Some(2)));
        assert_eq!(asked, 1);
        may_end.wait();
        assert_eq!(late.join().unwrap(), 1);
    });
    assert_eq!(cache.get::<u32>("a").unwrap(), Some(2));
}

#[test]
fn an_insert_beats_an_async_load_from_before_it() {
    let _alone = isolate();
    let (cache, _) = cache("beaten async");
    block_on(async {
        let loaded = cache.try_get_or_load("a", async {
            cache.insert("a", 2_u32).await.unwrap();
            Ok::<_, ()>(1_u32)
        });
        assert_eq!(loaded.await, Ok(1));
        assert_eq!(cache.get::<u32>("a").await.unwrap(), Some(2));
    });
}

/// The bytes of a value as another process would write them, and the key they lie under.
fn written_elsewhere(name: &str, cache: Blocking<Shared>, store: &InMemory, value: u32) -> Operation {
    cache.insert("a", value).unwrap();
    let key = format!("app:{name}:e::0000000000000000:s1:a");
    let found = store.inner().run(&[Operation::Get { key: key.clone() }]).unwrap();
    let [Answer::Value(Some(value))] = &found[..] else { panic!("it lies there: {found:?}") };
    let value = value.clone();
    store.inner().run(&[Operation::Remove { key: key.clone() }]).unwrap();
    Operation::Put { key, value, ttl: Duration::from_secs(60) }
}

/// This process hears nothing of what another one stores while a load runs here: the load may only take the place of what it has seen.
#[test]
fn a_load_leaves_what_another_process_has_stored_meanwhile() {
    let _alone = isolate();
    let (cache, store) = cache("elsewhere");
    let cache = cache.blocking();
    let put = written_elsewhere("elsewhere", cache, &store, 2);
    let store_it = || _ = store.inner().run(std::slice::from_ref(&put)).unwrap();
    let not_to_be_kept = || {
        store_it();
        larder::no_store();
        1_u32
    };
    let to_be_kept = || {
        store_it();
        1_u32
    };
    assert_eq!(cache.get_or_load("a", not_to_be_kept), 1);
    assert_eq!(cache.get::<u32>("a").unwrap(), Some(2), "it was never seen, and so not removed");
    store.inner().run(&[Operation::Remove { key: put.key().into() }]).unwrap();
    assert_eq!(cache.get_or_load("a", to_be_kept), 1);
    assert_eq!(cache.get::<u32>("a").unwrap(), Some(2), "nor overwritten");
}

/// An insertion takes a number, too: afterwards nobody would notice that the store has lost some.
#[test]
fn an_insert_after_numbers_were_lost_invalidates_what_came_before() {
    let _alone = isolate();
    let (cache, store) = cache("lost numbers");
    let cache = cache.blocking();
    cache.insert("a", 1_u32).unwrap();
    let key = "app:lost%20numbers:seq".to_owned();
    let before = store.inner().run(&[Operation::Number { key: key.clone() }]).unwrap();
    let [Answer::Number(Some(before))] = before[..] else { panic!("the sequence is there: {before:?}") };
    cache.remove("b").unwrap();
    let ttl = Duration::from_secs(60);
    let set_back = [Operation::Remove { key: key.clone() }, Operation::Raise { key, to: before, ttl }];
    store.inner().run(&set_back).unwrap();
    cache.insert("c", 3_u32).unwrap();
    assert_eq!(cache.get_many::<u32>(["a", "c"]).unwrap(), [None, Some(3)]);
}

/// A load that is to run whatever is stored takes the place of what was there when it began, and of nothing else.
#[test]
fn a_load_that_reads_nothing_replaces_what_was_there() {
    let _alone = isolate();
    let (cache, store) = cache("unread");
    let cache = cache.blocking();
    let anew = larder::CallOptions::new().skip_read();
    cache.insert("a", 1_u32).unwrap();
    let load = || cache.get_or_load("a", || 2_u32);
    assert_eq!(larder::with_options(anew, load), 2);
    assert_eq!(cache.get::<u32>("a").unwrap(), Some(2));
    let unkept = || {
        larder::no_store();
        3_u32
    };
    assert_eq!(larder::with_options(anew, || cache.get_or_load("a", unkept)), 3);
    assert_eq!(cache.get::<u32>("a").unwrap(), None, "what was there is not the answer any more");
    let put = written_elsewhere("unread", cache, &store, 4);
    let overtaken = || {
        store.inner().run(std::slice::from_ref(&put)).unwrap();
        5_u32
    };
    assert_eq!(larder::with_options(anew, || cache.get_or_load("a", overtaken)), 5);
    assert_eq!(cache.get::<u32>("a").unwrap(), Some(4), "it never saw that");
}

/// Another process writes late what it computed before an insert or a removal: it knows nothing of that, but its value says so.
#[test]
fn what_another_process_writes_late_is_not_served() {
    type Overtake = fn(Blocking<Shared>);
    let ways: [(Option<u32>, Overtake); 3] = [
        (Some(2), |cache| cache.insert("a", 2_u32).unwrap()),
        (None, |cache| _ = cache.remove("a").unwrap()),
        (None, |cache| cache.invalidate_all().unwrap()),
    ];
    let _alone = isolate();
    let (cache, store) = cache("late");
    let cache = cache.blocking();
    let key = "app:late:e::0000000000000000:s1:a".to_owned();
    for (now, overtake) in ways {
        cache.remove("a").unwrap();
        assert_eq!(cache.get_or_load("a", || 1_u32), 1);
        let found = store.inner().run(&[Operation::Get { key: key.clone() }]).unwrap();
        let [Answer::Value(Some(value))] = &found[..] else { panic!("it lies there: {found:?}") };
        let put = Operation::Put { key: key.clone(), value: value.clone(), ttl: Duration::from_secs(60) };
        assert_eq!(cache.get::<u32>("a").unwrap(), Some(1));
        overtake(cache);
        assert_eq!(cache.get::<u32>("a").unwrap(), now);
        store.inner().run(&[put]).unwrap();
        assert_eq!(cache.get::<u32>("a").unwrap(), None);
    }
}

/// While a load runs, whatever overtakes it has its value not served.
#[test]
fn what_overtakes_a_load_has_its_value_not_served() {
    type Overtake = fn(Blocking<Shared>);
    let ways: [Overtake; 5] = [
        |cache| _ = cache.remove("a").unwrap(),
        |cache| cache.invalidate_tag("t").unwrap(),
        |cache| cache.invalidate_user(7).unwrap(),
        |cache| cache.invalidate_all().unwrap(),
        |cache| cache.clear().unwrap(),
    ];
    let _alone = isolate();
    let (cache, _) = cache("overtaken in a store");
    let cache = cache.blocking();
    for overtake in ways {
        cache.clear().unwrap();
        let (loading, may_end) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
        let options = || cache.with(EntryOptions::new().tag("t").user(7));
        thread::scope(|scope| {
            let late = scope.spawn(|| {
                options().get_or_load("a", || {
                    loading.wait();
                    may_end.wait();
                    "old".to_owned()
                })
            });
            loading.wait();
            overtake(cache);
            assert_eq!(options().get_or_load("a", || "new".to_owned()), "new");
            may_end.wait();
            assert_eq!(late.join().unwrap(), "old");
        });
        assert_ne!(cache.get::<String>("a").unwrap().as_deref(), Some("old"));
    }
}

#[test]
fn functions_in_the_store_depend_on_the_entries_they_read() {
    #[cached(cache = "read by functions", store = shared, ttl = 60)]
    fn total(a: String, b: String) -> u32 {
        let cache: Cache<Shared> = larder::cache("read by functions").unwrap().in_store().unwrap();
        cache.blocking().get_many::<u32>([a, b]).unwrap().into_iter().flatten().sum()
    }
    let time = isolate();
    let (cache, _) = cache("read by functions");
    let cache = cache.blocking();
    let both = || total("a".into(), "b".into());
    cache.insert("a", 1_u32).unwrap();
    both();
    assert_eq!(time.miss(both), 1, "what is computed from there being none is not stored");
    cache.insert("b", 2_u32).unwrap();
    assert_eq!(time.miss(both), 3);
    assert_eq!(time.hit(both), 3);
    cache.insert("a", 5_u32).unwrap();
    assert_eq!(time.miss(both), 7);
    both();
    cache.remove("b").unwrap();
    assert_eq!(time.miss(both), 5);
}

#[test]
fn clearing_leaves_functions_alone_and_nothing_of_the_entries() {
    #[cached(cache = "cleared in a store", store = shared, ttl = 60)]
    fn function() -> u32 {
        1
    }
    let time = isolate();
    let (cache, store) = cache("cleared in a store");
    let cache = cache.blocking();
    function();
    cache.insert_many([("a", 1_u32), ("b", 2)]).unwrap();
    cache.increment("n", 1).unwrap();
    cache.clear().unwrap();
    for (prefix, left) in [("e::", 0), ("n:", 0), ("e:", 1)] {
        assert_eq!(store.inner().clear(&format!("app:cleared%20in%20a%20store:{prefix}")).unwrap(), left);
    }
    drop(time);
}

#[test]
fn a_store_without_a_list_is_cleared_by_scope() {
    let _alone = isolate();
    let cache = Cache::builder("null entries").store(larder::store::Null).build().unwrap().blocking();
    cache.insert("a", 1_u32).unwrap();
    cache.clear().unwrap();
    assert_eq!(cache.get::<u32>("a").unwrap(), None);
    assert_eq!(cache.get_or_load("a", || 2_u32), 2);
}

#[test]
fn on_redis_it_is_all_the_same() {
    let _alone = isolate();
    let server = Server::start();
    // In the store of the default cache, which goes when the server does: invalidations everywhere reach every cache that was built.
    let memory = use_memory();
    use_store(patient(&server.url()));
    let cache: Cache<Shared> = larder::cache("default").unwrap().in_store().unwrap();
    let cache = cache.blocking();
    cache
        .with(EntryOptions::new().tag("t").ttl(Duration::from_secs(60)))
        .insert("a", "one".to_owned())
        .unwrap();
    assert_eq!(cache.get::<String>("a").unwrap().as_deref(), Some("one"));
    assert_eq!(cache.get::<u32>("a").unwrap(), None);
    let ttl = cache.ttl("a").unwrap().unwrap();
    assert!(ttl <= Duration::from_secs(60) && ttl > Duration::from_secs(50), "{ttl:?}");
    cache.insert_many((0..500_u32).map(|n| (n, n))).unwrap();
    let values = cache.get_many::<u32>(0..500_u32).unwrap();
    assert!(values.into_iter().enumerate().all(|(n, value)| value == Some(n as u32)));
    assert_eq!(cache.remove_many(0..600_u32).unwrap(), 500);
    cache.invalidate_tag("t").unwrap();
    assert!(!cache.contains("a").unwrap());
    assert!(cache.insert_if_absent("a", 1_u32).unwrap(), "what is invalid gives way");
    assert!(!cache.insert_if_absent("a", 2_u32).unwrap());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..250).for_each(|_| _ = cache.increment("n", 2).unwrap()));
        }
    });
    assert_eq!(cache.number("n").unwrap(), Some(2_000));
    cache.with(EntryOptions::new().ttl(Duration::from_millis(200))).increment("brief", 1).unwrap();
    eventually("its time is over", || cache.number("brief").unwrap().is_none());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cache = cache.cache();
        assert_eq!(cache.get::<u32>("a").await.unwrap(), Some(1));
        assert_eq!(cache.get_or_load("b", async { 2_u32 }).await, 2);
        assert_eq!(cache.get_many::<u32>(["a", "b"]).await.unwrap(), [Some(1), Some(2)]);
        cache.clear().await.unwrap();
    });
    assert_eq!(cache.get_many::<u32>(["a", "b"]).unwrap(), [None, None]);
    assert_eq!(cache.number("n").unwrap(), None);
    use_store(memory);
}

#[test]
fn in_a_transaction_nothing_is_stored_in_a_store() {
    let _alone = isolate();
    let (cache, _) = cache("transactions in a store");
    let cache = cache.blocking();
    let failed: Result<(), ()> = larder::defer_invalidations(|| {
        assert!(cache.insert_if_absent("a", 1_u32).unwrap());
        Err(())
    });
    assert!(failed.is_err());
    assert_eq!(cache.get::<u32>("a").unwrap(), None);
}
