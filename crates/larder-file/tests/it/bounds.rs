//! How much is kept, what leaves first, and what leaves by itself.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use crate::support::{LONG, Scratch, get, number, put, put_for, until};
use larder_core::store_bytes::{Operation, Store};
use larder_file::FileStore;

/// Lets the clock tick, so that what is written next is younger.
fn tick() {
    let millisecond = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let before = millisecond();
    while millisecond() == before {
        std::hint::spin_loop();
    }
}

#[test]
fn never_more_entries_than_allowed() {
    let scratch = Scratch::new();
    let store = FileStore::builder(scratch.path()).max_entries(10).build().unwrap();
    for n in 0..100 {
        put(&store, &format!("key:{n}"), b"value");
        assert!(scratch.ending("bin").len() <= 10, "after {n}");
    }
    assert_eq!(get(&store, "key:99").as_deref(), Some(&b"value"[..]), "the last one is there");
}

#[test]
fn never_more_bytes_than_allowed() {
    let scratch = Scratch::new();
    let store = FileStore::builder(scratch.path()).max_bytes(20_000).build().unwrap();
    for n in 0..60 {
        put(&store, &format!("key:{n}"), &vec![b'x'; 100 * (n % 30)]);
        let bytes: u64 = scratch.ending("bin").iter().map(|file| fs::metadata(file).unwrap().len()).sum();
        assert!(bytes <= 20_000, "{bytes} bytes after {n}");
    }
    let error =
        store.run(&[Operation::Put { key: "a".into(), value: vec![0; 20_001], ttl: LONG }]).unwrap_err();
    assert!(error.is_too_large(), "{error}");
}

#[test]
fn what_was_written_longest_ago_leaves_first() {
    let scratch = Scratch::new();
    let store = FileStore::builder(scratch.path()).max_entries(4).build().unwrap();
    for key in ["a", "b", "c", "d"] {
        put(&store, key, b"value");
        tick();
    }
    put(&store, "a", b"again");
    get(&store, "b");
    tick();
    put(&store, "e", b"value");
    assert_eq!(get(&store, "b"), None, "reading does not make younger");
    for key in ["a", "c", "d", "e"] {
        assert!(get(&store, key).is_some(), "{key}");
    }
}

#[test]
fn replacing_one_evicts_none() {
    let scratch = Scratch::new();
    let store = FileStore::builder(scratch.path()).max_entries(3).build().unwrap();
    for n in 0..100 {
        for key in ["a", "b", "c"] {
            put(&store, key, format!("{n}").as_bytes());
        }
    }
    assert_eq!(scratch.ending("bin").len(), 3);
}

#[test]
fn expired_files_are_removed_though_nobody_asks_for_them() {
    let scratch = Scratch::new();
    let store = FileStore::builder(scratch.path()).build().unwrap();
    for n in 0..20 {
        put_for(&store, &format!("brief:{n}"), b"value", Duration::from_millis(1));
    }
    put(&store, "long", b"value");
    until("only the long-lived is left", || {
        store.sweep().unwrap();
        scratch.ending("bin").len() == 1
    });
    assert!(get(&store, "long").is_some());
    let swept = store.sweep().unwrap();
    assert_eq!((swept.entries, swept.expired, swept.foreign, swept.evicted), (1, 0, 0, 0));
    assert_eq!(swept.bytes, fs::metadata(scratch.only()).unwrap().len());
}

#[test]
fn expired_files_leave_before_anything_is_evicted() {
    let scratch = Scratch::new();
    let store = FileStore::builder(scratch.path()).max_entries(4).build().unwrap();
    put(&store, "oldest", b"value");
    tick();
    for n in 0..3 {
        put_for(&store, &format!("brief:{n}"), b"value", Duration::from_millis(1));
    }
    tick();
    tick();
    put(&store, "new", b"value");
    put(&store, "newer", b"value");
    assert!(
        get(&store, "oldest").is_some() && get(&store, "new").is_some() && get(&store, "newer").is_some()
    );
}

#[test]
fn a_directory_that_was_there_before_is_counted() {
    let scratch = Scratch::new();
    let large = FileStore::builder(scratch.path()).build().unwrap();
    for n in 0..50 {
        put(&large, &format!("key:{n}"), b"value");
    }
    drop(large);
    let _small = FileStore::builder(scratch.path()).max_entries(10).build().unwrap();
    until("the store that was opened has looked through it", || scratch.ending("bin").len() <= 10);
}

#[test]
fn what_other_stores_write_is_found_in_time() {
    let scratch = Scratch::new();
    let stores: Vec<_> =
        (0..3).map(|_| FileStore::builder(scratch.path()).max_entries(32).build().unwrap()).collect();
    for n in 0..400 {
        put(&stores[n % 3], &format!("key:{n}"), b"value");
        // each may have written 16 since it looked, which is what small bounds allow
        let files = scratch.ending("bin").len();
        assert!(files <= 32 + 3 * 17, "{files} files after {n}");
    }
}

#[test]
fn what_a_process_left_half_written_is_removed() {
    let scratch = Scratch::new();
    let store = FileStore::builder(scratch.path()).build().unwrap();
    put(&store, "a", b"value");
    let draft = scratch.only().with_extension("tmp");
    fs::write(&draft, b"half a va").unwrap();
    until("the draft is gone", || {
        store.sweep().unwrap();
        !draft.exists()
    });
    assert_eq!(get(&store, "a").as_deref(), Some(&b"value"[..]));
}

#[test]
fn numbers_count_and_leave_like_values() {
    let scratch = Scratch::new();
    let store = FileStore::builder(scratch.path()).max_entries(5).build().unwrap();
    for n in 0..50 {
        number(&store, Operation::Raise { key: format!("n:{n}"), to: n, ttl: LONG });
        assert!(scratch.ending("bin").len() <= 5);
    }
    assert_eq!(number(&store, Operation::Number { key: "n:49".into() }), Some(49));
    assert_eq!(number(&store, Operation::Number { key: "n:0".into() }), None);
}

#[test]
fn a_bound_of_nothing_is_refused() {
    let scratch = Scratch::new();
    let builder = || FileStore::builder(scratch.path());
    for builder in [builder().max_entries(0), builder().max_bytes(0), builder().largest_value(0)] {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains("Null"), "{error}");
    }
    assert!(!scratch.path().exists(), "nothing was made");
}
