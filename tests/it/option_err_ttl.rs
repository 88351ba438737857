//! `err_ttl`: errors that are kept have a lifetime of their own.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = 60, cache_err = _, err_ttl = 5)]
fn fetch(n: u32) -> Result<u32, u32> {
    if n == 0 { Err(n) } else { Ok(n) }
}

#[test]
fn errors_expire_apart_from_the_rest() {
    let time = isolate();
    time.miss(|| fetch(0)).unwrap_err();
    time.miss(|| fetch(1)).unwrap();
    time.advance(Duration::from_secs(4));
    time.hit(|| fetch(0)).unwrap_err();
    time.advance(Duration::from_secs(2));
    time.miss(|| fetch(0)).unwrap_err();
    time.hit(|| fetch(1)).unwrap();
}
