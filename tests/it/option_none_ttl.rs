//! `none_ttl`: `None` has a lifetime of its own.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = 60, none_ttl = 5)]
fn find(n: u32) -> Option<u32> {
    (n > 0).then_some(n)
}

#[cached(none_ttl = "5s")]
fn find_in(n: u32) -> Result<Option<u32>, String> {
    Ok((n > 0).then_some(n))
}

#[test]
fn none_expires_apart_from_the_rest() {
    let time = isolate();
    time.miss(|| find(0));
    time.miss(|| find(1));
    time.advance(Duration::from_secs(4));
    time.hit(|| find(0));
    time.advance(Duration::from_secs(2));
    time.miss(|| find(0));
    time.hit(|| find(1));
}

#[test]
fn so_does_ok_none() {
    let time = isolate();
    time.miss(|| find_in(0)).unwrap();
    time.miss(|| find_in(1)).unwrap();
    time.advance(Duration::from_secs(6));
    time.miss(|| find_in(0)).unwrap();
    time.hit(|| find_in(1)).unwrap();
}
