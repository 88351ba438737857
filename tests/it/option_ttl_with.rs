//! `ttl_with`: the lifetime comes from the value, and overrides `ttl`.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[derive(Clone)]
struct Page {
    max_age: Duration,
}

#[cached(ttl_with = |page| page.max_age)]
fn page(seconds: u64) -> Page {
    Page { max_age: Duration::from_secs(seconds) }
}

fn max_age(page: &Page) -> Duration {
    page.max_age
}

#[cached(ttl = 1000, ttl_with = max_age)]
fn both(seconds: u64) -> Page {
    Page { max_age: Duration::from_secs(seconds) }
}

#[test]
fn each_value_has_its_own_lifetime() {
    let time = isolate();
    time.miss(|| page(5));
    time.miss(|| page(50));
    time.advance(Duration::from_secs(6));
    time.miss(|| page(5));
    time.hit(|| page(50));
}

#[test]
fn it_overrides_ttl() {
    let time = isolate();
    time.miss(|| both(5));
    time.hit(|| both(5));
    time.advance(Duration::from_secs(6));
    time.miss(|| both(5));
}

#[test]
fn no_lifetime_at_all_keeps_nothing() {
    let time = isolate();
    time.miss(|| page(0));
    time.miss(|| page(0));
}
