//! `idle`: a value that is not read for this long leaves.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(idle = "10s")]
fn session(user: u32) -> u32 {
    user
}

#[cached(idle = 10, ttl = 25)]
fn limited(user: u32) -> u32 {
    user
}

#[test]
fn unread_values_leave() {
    let time = isolate();
    time.miss(|| session(1));
    time.advance(Duration::from_secs(11));
    time.miss(|| session(1));
}

#[test]
fn reading_keeps_a_value() {
    let time = isolate();
    time.miss(|| session(2));
    for _ in 0..10 {
        time.advance(Duration::from_secs(8));
        time.hit(|| session(2));
    }
}

#[test]
fn a_lifetime_ends_it_all_the_same() {
    let time = isolate();
    time.miss(|| limited(1));
    for _ in 0..3 {
        time.advance(Duration::from_secs(8));
        time.hit(|| limited(1));
    }
    time.advance(Duration::from_secs(2));
    time.miss(|| limited(1));
}
