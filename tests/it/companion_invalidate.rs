//! `f::invalidate(args)`: forgets one value.

use larder::cached;
use larder::testing::isolate;

#[cached]
fn price(article: u32, currency: &str) -> String {
    format!("{article} {currency}")
}

#[test]
fn one_value_is_forgotten() {
    let time = isolate();
    time.miss(|| price(1, "EUR"));
    time.miss(|| price(2, "EUR"));
    assert!(price::invalidate(1, "EUR"));
    time.miss(|| price(1, "EUR"));
    time.hit(|| price(2, "EUR"));
}

#[test]
fn it_says_whether_there_was_one() {
    let time = isolate();
    assert!(!price::invalidate(1, "EUR"));
    time.miss(|| price(1, "EUR"));
    assert!(price::invalidate(1, "EUR"));
    assert!(!price::invalidate(1, "EUR"));
}
