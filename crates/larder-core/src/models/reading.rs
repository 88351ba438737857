//! Readers without a lock beside a writer: whatever they find is whole, is the key's, and was linked while they looked.

use loom::{sync::Arc, thread};

use super::check;
use crate::{
    epoch::Domain,
    policy::Policy,
    scope::Scope,
    store::memory::{Cause, Judge, Left, New, Shard},
};

type Store = (Domain, Shard<u64, Box<u64>, ()>);

fn store(capacity: usize) -> Arc<Store> {
    let order = Policy::Fifo.build();
    Arc::new((Domain::new(), Shard::new(order, capacity, u64::MAX, u64::MAX, ())))
}

fn put(store: &Store, key: u64, value: u64) {
    let (domain, shard) = store;
    let mut left = Left::default();
    {
        let mut locked = shard.lock();
        let old = shard.find_locked(&locked, 1, |owned| *owned == key);
        let new = New { tag: 1, snapshot: 0, made: 0, life: None, key, value: Box::new(value) };
        assert!(shard.insert(
            &mut locked,
            new,
            old,
            &Judge { scope: &Scope::default(), now: 0 },
            domain,
            &mut left
        ));
    }
    drop(left);
}

fn remove(store: &Store, key: u64) {
    let (domain, shard) = store;
    let mut left = Left::default();
    {
        let mut locked = shard.lock();
        if let Some(slot) = shard.find_locked(&locked, 1, |owned| *owned == key) {
            shard.remove(&mut locked, slot, Cause::Removed);
        }
        shard.reclaim(&mut locked, domain, &mut left);
    }
    drop(left);
}

/// Reads without a lock, and says at which version.
fn read(store: &Store, key: u64) -> (u32, Option<u64>) {
    let (domain, shard) = store;
    let (_, record) = domain.acquire();
    let version = shard.version();
    let pin = domain.pin(record, shard.place());
    let value = shard.find(&pin, 1, |owned| *owned == key).map(|(entry, _)| {
        assert_eq!(entry.key, key);
        *entry.value
    });
    drop(pin);
    domain.release(record);
    (version, value)
}

/// Loom watches the value's cell: a value dropped while it is read would be an error of its own.
#[test]
fn loom_a_value_is_not_dropped_while_it_is_read() {
    check(3, || {
        let store = store(4);
        put(&store, 7, 70);
        let reader = thread::spawn({
            let store = store.clone();
            move || {
                let (_, found) = read(&store, 7);
                assert!(matches!(found, Some(70 | 71) | None));
            }
        });
        put(&store, 7, 71);
        remove(&store, 7);
        put(&store, 8, 80);
        reader.join().unwrap();
    });
}

#[test]
fn loom_a_slot_is_not_used_again_while_it_is_read() {
    check(3, || {
        // Both keys have one hash, and the second takes the first one's place.
        let store = store(1);
        put(&store, 7, 70);
        let reader = thread::spawn({
            let store = store.clone();
            move || {
                let (_, found) = read(&store, 7);
                assert!(matches!(found, Some(70) | None));
            }
        });
        put(&store, 8, 80);
        put(&store, 9, 90);
        reader.join().unwrap();
    });
}

#[test]
fn loom_an_entry_that_stays_is_found_beside_one_that_comes_and_goes() {
    check(3, || {
        let store = store(4);
        put(&store, 7, 70);
        put(&store, 8, 80);
        let reader = thread::spawn({
            let store = store.clone();
            move || assert_eq!(read(&store, 7).1, Some(70))
        });
        remove(&store, 8);
        put(&store, 9, 90);
        reader.join().unwrap();
    });
}

#[test]
fn loom_what_was_not_found_is_not_there_as_long_as_the_version_stands() {
    check(3, || {
        let store = store(4);
        let writer = thread::spawn({
            let store = store.clone();
            move || put(&store, 7, 70)
        });
        let (version, found) = read(&store, 7);
        {
            let locked = store.1.lock();
            let there = store.1.find_locked(&locked, 1, |owned| *owned == 7).is_some();
            assert!(found.is_some() || !there || store.1.version() != version);
        }
        writer.join().unwrap();
    });
}

#[test]
fn loom_a_reader_beside_a_growing_index_comes_to_an_end() {
    check(2, || {
        let store = store(64);
        for key in 0..5 {
            put(&store, key, key * 10);
        }
        let reader = thread::spawn({
            let store = store.clone();
            move || {
                let (version, found) = read(&store, 0);
                let locked = store.1.lock();
                assert!(found == Some(0) || store.1.version() != version);
                drop(locked);
            }
        });
        for key in 5..7 {
            put(&store, key, key * 10);
        }
        reader.join().unwrap();
    });
}

/// A reader of another shard does not hold this one back, and one that goes from there to here does.
#[test]
fn loom_a_reader_that_comes_from_another_place_is_seen() {
    check(3, || {
        let store = store(4);
        put(&store, 7, 70);
        let reader = thread::spawn({
            let store = store.clone();
            move || {
                let (domain, shard) = &*store;
                let (_, record) = domain.acquire();
                let elsewhere = domain.pin(record, 8);
                let pin = domain.pin(record, shard.place());
                let found = shard.find(&pin, 1, |owned| *owned == 7).map(|(entry, _)| *entry.value);
                assert!(matches!(found, Some(70 | 71) | None));
                drop(pin);
                drop(elsewhere);
                domain.release(record);
            }
        });
        put(&store, 7, 71);
        remove(&store, 7);
        reader.join().unwrap();
    });
}
