//! `get_or_load`: one load for all, failures, and what overtakes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::Poll;
use std::thread;

use larder::testing::isolate;
use larder::{Blocking, Cache, EntryOptions};

use crate::support::{Call, Gate, eventually, seconds};

fn cache(name: &str) -> Blocking {
    Cache::builder(name).build().unwrap().blocking()
}

fn waiting(cache: Blocking) -> usize {
    cache.cache().stats().functions.iter().map(|row| row.waiting).sum()
}

#[test]
fn callers_of_one_key_share_one_load() {
    let _alone = isolate();
    let cache = cache("shared loads");
    let (gate, loads) = (Gate::default(), AtomicU32::new(0));
    thread::scope(|scope| {
        let calls: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    cache.get_or_load("a", || {
                        gate.pass();
                        loads.fetch_add(1, SeqCst) + 1
                    })
                })
            })
            .collect();
        eventually("seven wait", || waiting(cache) == 7);
        gate.open();
        assert!(calls.into_iter().all(|call| call.join().unwrap() == 1));
    });
    assert_eq!(loads.load(SeqCst), 1);
}

#[test]
fn threads_and_tasks_wait_for_each_other() {
    let _alone = isolate();
    let cache = cache("loads of both kinds");
    let gate = Arc::new(Gate::default());
    let held = gate.clone();
    let mut first = Call::of(async move {
        let load = async {
            held.pass_async().await;
            1_u32
        };
        cache.cache().get_or_load("a", load).await
    });
    assert!(first.poll().is_pending());
    thread::scope(|scope| {
        let second = scope.spawn(|| cache.get_or_load("a", || 2_u32));
        eventually("it waits", || waiting(cache) == 1);
        gate.open();
        assert_eq!(first.poll(), Poll::Ready(1));
        assert_eq!(second.join().unwrap(), 1);
    });
}

/// While a load runs, whatever overtakes it has its value not stored, and a call from after it loads for itself.
#[test]
fn what_overtakes_a_load_has_its_value_not_stored() {
    type Overtake = fn(Blocking);
    let ways: [(&str, Overtake); 7] = [
        ("remove", |cache| _ = cache.remove("a").unwrap()),
        ("remove_many", |cache| _ = cache.remove_many(["b", "a"]).unwrap()),
        ("invalidate_tag", |cache| cache.invalidate_tag("t").unwrap()),
        ("invalidate_user", |cache| cache.invalidate_user(7).unwrap()),
        ("invalidate_all", |cache| cache.invalidate_all().unwrap()),
        ("everywhere", |_| larder::blocking::invalidate_all().unwrap()),
        ("clear", |cache| cache.clear().unwrap()),
    ];
    let _alone = isolate();
    let cache = cache("overtaken loads");
    for (name, overtake) in ways {
        cache.clear().unwrap();
        let gate = Gate::default();
        let options = EntryOptions::new().tag("t").user(7);
        thread::scope(|scope| {
            let early = scope.spawn(|| {
                cache.with(options.clone()).get_or_load("a", || {
                    gate.pass();
                    "old"
                })
            });
            gate.await_arrival();
            overtake(cache);
            assert_eq!(cache.with(options.clone()).get_or_load("a", || "new"), "new", "{name}");
            gate.open();
            assert_eq!(early.join().unwrap(), "old", "{name}: it came before");
        });
        assert_eq!(cache.get("a").unwrap(), Some("new"), "{name}");
    }
}

#[test]
fn an_insert_is_not_replaced_by_a_load_from_before() {
    let _alone = isolate();
    let cache = cache("loads before inserts");
    for of_another_type in [false, true] {
        cache.clear().unwrap();
        let gate = Gate::default();
        thread::scope(|scope| {
            let early = scope.spawn(|| {
                cache.get_or_load("a", || {
                    gate.pass();
                    1_u32
                })
            });
            gate.await_arrival();
            if of_another_type {
                cache.insert("a", "text").unwrap();
            } else {
                cache.insert("a", 2_u32).unwrap();
            }
            gate.open();
            assert_eq!(early.join().unwrap(), 1);
        });
        assert_ne!(cache.get::<u32>("a").unwrap(), Some(1), "of another type: {of_another_type}");
    }
}

#[test]
fn a_failure_is_the_callers_own_and_is_not_kept() {
    let _alone = isolate();
    let cache = cache("failing loads");
    // Neither `Clone` nor `Sync`.
    let failed: Result<u32, std::cell::Cell<u8>> =
        cache.try_get_or_load("a", || Err(std::cell::Cell::new(7)));
    assert_eq!(failed.unwrap_err().get(), 7);
    assert!(!cache.contains("a").unwrap());
    let loaded: Result<u32, String> = cache.try_get_or_load("a", || Ok(1));
    assert_eq!(loaded, Ok(1));
    let kept: Result<u32, ()> = cache.try_get_or_load("a", || Err(()));
    assert_eq!(kept, Ok(1));
}

#[test]
fn after_a_failure_those_who_waited_load_at_once() {
    let _alone = isolate();
    let cache = cache("loads released");
    let (first, second) = (Gate::default(), Gate::default());
    let runs = AtomicU32::new(0);
    thread::scope(|scope| {
        let calls: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| -> Result<u32, u32> {
                    cache.try_get_or_load("a", || match runs.fetch_add(1, SeqCst) {
                        0 => {
                            first.pass();
                            Err(0)
                        }
                        run => {
                            second.pass();
                            Err(run)
                        }
                    })
                })
            })
            .collect();
        eventually("three wait", || waiting(cache) == 3);
        first.open();
        eventually("all three load", || second.arrived() == 3);
        second.open();
        let mut errors: Vec<_> = calls.into_iter().map(|call| call.join().unwrap().unwrap_err()).collect();
        errors.sort_unstable();
        assert_eq!(errors, [0, 1, 2, 3], "each got its own");
    });
}

#[test]
fn a_load_that_panics_or_is_dropped_is_taken_over() {
    let _alone = isolate();
    let cache = cache("loads taken over");
    let panicked = thread::spawn(move || cache.get_or_load("a", || -> u32 { panic!("as the test wants") }));
    assert!(panicked.join().is_err());
    let mut dropped = Call::of(async move {
        let never = std::future::pending::<u32>();
        cache.cache().get_or_load("a", never).await
    });
    assert!(dropped.poll().is_pending());
    thread::scope(|scope| {
        let waits = scope.spawn(|| cache.get_or_load("a", || 2_u32));
        eventually("it waits", || waiting(cache) == 1);
        drop(dropped);
        assert_eq!(waits.join().unwrap(), 2);
    });
}

#[test]
fn a_load_may_load_its_own_key_and_say_its_lifetime() {
    let time = isolate();
    let cache = cache("loads inside loads");
    let value = cache.get_or_load("a", || cache.get_or_load("a", || 1_u32) + 1);
    assert_eq!(value, 2);
    cache.remove("a").unwrap();
    let brief = cache.with(EntryOptions::new().ttl(seconds(100)).tag("given"));
    brief.get_or_load("a", || {
        larder::set_ttl(seconds(5));
        larder::add_tag("found");
        assert_eq!(larder::current_cache(), Some("loads inside loads"));
        assert_eq!(larder::current_key().as_deref(), Some("loads inside loads (entries)s1:a"));
        1_u32
    });
    assert_eq!(cache.ttl("a").unwrap(), Some(seconds(5)), "what the load says is nearer");
    cache.invalidate_tag("found").unwrap();
    assert!(!cache.contains("a").unwrap());
    brief.get_or_load("a", || 1_u32);
    assert_eq!(cache.ttl("a").unwrap(), Some(seconds(100)));
    time.advance(seconds(100));
    assert!(!cache.contains("a").unwrap());
}

#[test]
fn of_many_who_insert_if_absent_one_does() {
    let _alone = isolate();
    let cache = cache("first of many");
    for round in 0..50_u32 {
        let stored = thread::scope(|scope| {
            let calls: Vec<_> = (0..4_u32)
                .map(|own| scope.spawn(move || cache.insert_if_absent(round, own).unwrap()))
                .collect();
            let stored: Vec<_> = calls.into_iter().map(|call| call.join().unwrap()).collect();
            stored
        });
        assert_eq!(stored.iter().filter(|stored| **stored).count(), 1);
        let winner = stored.iter().position(|stored| *stored).map(|own| own as u32);
        assert_eq!(cache.get::<u32>(round).unwrap(), winner);
    }
}
