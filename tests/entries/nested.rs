//! Cached functions that read entries depend on what they read, also on there being nothing.

use larder::testing::isolate;
use larder::{Blocking, Cache, EntryOptions, cached};

fn prices() -> Blocking {
    larder::cache("prices of entries").unwrap().in_memory().unwrap().blocking()
}

#[cached]
fn total(first: &str, second: &str) -> u32 {
    prices().get_many::<u32>([first, second]).unwrap().into_iter().flatten().sum()
}

fn all(prices: Blocking) -> [u32; 2] {
    prices.clear().unwrap();
    total::clear();
    prices.with(EntryOptions::new().tag("fruit")).insert("apple", 30_u32).unwrap();
    [total("apple", "pear"), total("apple", "plum")]
}

#[test]
fn what_was_computed_from_entries_ends_with_them() {
    Cache::builder("prices of entries").build().unwrap();
    let time = isolate();
    let prices = prices();

    assert_eq!(all(prices), [30, 30]);
    assert_eq!(time.hit(|| total("apple", "pear")), 30);
    prices.insert("apple", 31_u32).unwrap();
    assert_eq!(time.miss(|| total("apple", "pear")), 31, "it was stored anew");

    all(prices);
    prices.insert("pear", 40_u32).unwrap();
    assert_eq!(time.miss(|| total("apple", "pear")), 70, "there was none before");
    assert_eq!(time.hit(|| total("apple", "pear")), 70);
    assert_eq!(time.hit(|| total("apple", "plum")), 30);

    all(prices);
    assert!(prices.insert_if_absent("pear", 41_u32).unwrap());
    assert!(!prices.insert_if_absent("pear", 42_u32).unwrap());
    assert_eq!(time.miss(|| total("apple", "pear")), 71);
    assert_eq!(time.hit(|| total("apple", "pear")), 71);

    all(prices);
    prices.remove("apple").unwrap();
    assert_eq!(time.miss(|| total("apple", "pear")), 0);

    all(prices);
    prices.invalidate_tag("fruit").unwrap();
    assert_eq!(time.miss(|| total("apple", "plum")), 0);

    all(prices);
    prices.clear().unwrap();
    assert_eq!(time.miss(|| total("apple", "plum")), 0);

    all(prices);
    prices.insert("apple", "thirty").unwrap();
    assert_eq!(time.miss(|| total("apple", "plum")), 0, "a value of another type took its place");
}
