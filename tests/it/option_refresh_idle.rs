//! `refresh_idle`: a key that was not read for this long is not refreshed any more.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use larder::cached;
use larder::testing::{Isolated, isolate};

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cached(refresh = 10, refresh_idle = "64s")]
fn chosen(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + 1 + 100 * id
}

#[cached(refresh = 10)]
fn unsaid(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + 1 + 100 * id
}

/// Lets so many seconds pass; says how often the function ran.
fn runs_in(time: &Isolated, seconds: u32) -> u32 {
    let before = RUNS.load(SeqCst);
    for _ in 0..seconds {
        time.advance(Duration::from_secs(1));
        time.settle();
    }
    RUNS.load(SeqCst) - before
}

#[test]
fn refreshing_stops_after_the_last_read() {
    let time = isolate();
    chosen(1);
    let runs = runs_in(&time, 64);
    assert!((6..=7).contains(&runs), "{runs} in 64 s");
    assert!(runs_in(&time, 11) <= 1);
    assert_eq!(runs_in(&time, 500), 0, "nobody reads it");
    time.hit(|| chosen(1));
}

#[test]
fn reads_keep_it_going() {
    let time = isolate();
    chosen(1);
    for _ in 0..10 {
        assert!(runs_in(&time, 50) >= 4);
        time.hit(|| chosen(1));
    }
}

#[test]
fn a_read_begins_it_again() {
    let time = isolate();
    chosen(1);
    runs_in(&time, 200);
    assert_eq!(runs_in(&time, 100), 0);
    time.hit(|| chosen(1));
    assert!(runs_in(&time, 50) >= 4);
}

#[test]
fn ten_intervals_where_it_is_not_said() {
    let time = isolate();
    unsaid(1);
    let runs = runs_in(&time, 100);
    assert!((9..=11).contains(&runs), "{runs} in 100 s");
    runs_in(&time, 11);
    assert_eq!(runs_in(&time, 500), 0);
}
