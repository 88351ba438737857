//! `ttl`: how long a value lives.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = 60)]
fn seconds(n: u32) -> u32 {
    n
}

#[cached(ttl = 0.5)]
fn fraction(n: u32) -> u32 {
    n
}

#[cached(ttl = "1h 30m")]
fn text(n: u32) -> u32 {
    n
}

const LIFETIME: Duration = Duration::from_secs(7);

#[cached(ttl = LIFETIME * 2)]
fn expression(n: u32) -> u32 {
    n
}

#[cached]
fn unlimited(n: u32) -> u32 {
    n
}

/// A hit until shortly before `lifetime`, a miss from shortly after it.
fn lives(call: impl Fn() -> u32, lifetime: Duration) {
    let slack = Duration::from_millis(50);
    let time = isolate();
    time.miss(&call);
    time.hit(&call);
    time.advance(lifetime - slack);
    time.hit(&call);
    time.advance(2 * slack);
    time.miss(&call);
    time.hit(&call);
}

#[test]
fn a_number_is_seconds() {
    lives(|| seconds(1), Duration::from_secs(60));
}

#[test]
fn a_fraction_of_a_second() {
    lives(|| fraction(1), Duration::from_millis(500));
}

#[test]
fn a_string_has_units() {
    lives(|| text(1), Duration::from_secs(90 * 60));
}

#[test]
fn any_expression_of_type_duration() {
    lives(|| expression(1), Duration::from_secs(14));
}

#[test]
fn without_it_values_live_on() {
    let time = isolate();
    time.miss(|| unlimited(1));
    time.advance(Duration::from_secs(100 * 365 * 24 * 3600));
    time.hit(|| unlimited(1));
}

#[test]
fn reading_does_not_prolong_it() {
    let time = isolate();
    time.miss(|| seconds(2));
    for _ in 0..5 {
        time.advance(Duration::from_secs(11));
        time.hit(|| seconds(2));
    }
    time.advance(Duration::from_secs(11));
    time.miss(|| seconds(2));
}
