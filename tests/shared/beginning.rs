//! Processes that begin on an empty store at the same time agree where its sequence begins: what one of them computes is valid for the others.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use larder::cached;
use larder::store::{Answer, Operation};
use larder::testing::isolate;

use crate::eventually;
use crate::twins::Between;

static EMPTY: LazyLock<Arc<Between>> = LazyLock::new(|| Between::new(true));

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cached(name = "beginner", ttl = 60, store = EMPTY.side(0), lock = 60)]
fn first(_id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + 1
}

#[cached(name = "beginner", ttl = 60, store = EMPTY.side(1), lock = 60)]
fn second(_id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + 1
}

static LOST: LazyLock<Arc<Between>> = LazyLock::new(|| Between::new(true));

#[cached(name = "bereft", ttl = 60, store = LOST.side(0))]
fn bereft(id: u32) -> u32 {
    id
}

fn sequence(between: &Between) -> Option<u64> {
    match between.ask(Operation::Number { key: "larder:default:seq".into() }) {
        Answer::Number(number) => number,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_found_the_store_empty_begins_where_others_have_begun_meanwhile() {
    let time = isolate();
    EMPTY.empty();
    let slow = EMPTY.slow(1);
    let late = thread::spawn(|| second(1));
    eventually("it has asked", || EMPTY.key("e", "beginner", 1).is_some());
    assert_eq!(sequence(&EMPTY), None, "it has found nothing, and does not know yet");
    assert_eq!(first(1), 1);
    let begun = sequence(&EMPTY);
    assert!(begun.is_some());
    // By the clock, it would begin elsewhere.
    time.advance(Duration::from_secs(1));
    drop(slow);
    assert_eq!(late.join().unwrap(), 1, "the value is valid for both");
    assert_eq!(RUNS.load(SeqCst), 1);
    assert_eq!(sequence(&EMPTY), begun, "nobody has invalidated anything");
}

/// The one that was begun meanwhile may be below what this process has seen before the store was emptied.
#[test]
fn a_sequence_that_was_begun_below_what_is_known_is_raised() {
    let time = isolate();
    let key = || "larder:default:seq".to_owned();
    bereft(1);
    let known = sequence(&LOST).expect("it has begun");
    LOST.ask(Operation::Remove { key: key() });
    let slow = LOST.slow(0);
    let late = thread::spawn(|| bereft(2));
    eventually("it has asked", || LOST.key("e", "bereft", 2).is_some());
    // Somebody whose clock is behind.
    LOST.ask(Operation::Raise { key: key(), to: known - 1_000, ttl: Duration::from_secs(60) });
    time.advance(Duration::from_secs(1));
    drop(slow);
    assert_eq!(late.join().unwrap(), 2);
    assert!(sequence(&LOST).expect("it is there") > known, "above everything that was invalidated before");
    assert_eq!(bereft::peek(2).expect("it is cached"), Some(2), "what was computed is valid");
}
