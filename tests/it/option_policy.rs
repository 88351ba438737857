//! `policy`: who leaves first.

use larder::cached;
use larder::testing::isolate;

/// Fills a cache of four with 0, 1, 2, 3, reads 0 twice and 1 once, and says which of them stay when `newcomers` come.
macro_rules! after {
    ($policy:ident, $newcomers:expr) => {{
        #[cached(max_entries = 4, policy = $policy)]
        fn cell(n: u32) -> u32 {
            n
        }
        let _time = isolate();
        (0..4).for_each(|n| _ = cell(n));
        [0, 0, 1].into_iter().for_each(|n| _ = cell(n));
        (100..100 + $newcomers).for_each(|n| _ = cell(n));
        assert!(cell::handle().len() <= 4);
        (0..4).filter(|n| cell::peek(*n).is_some()).collect::<Vec<u32>>()
    }};
}

#[test]
fn lru_drops_what_was_not_used_for_longest() {
    assert_eq!(after!(lru, 1), [0, 1, 3]);
    assert_eq!(after!(lru, 2), [0, 1]);
}

#[test]
fn lfu_drops_what_was_used_least() {
    assert_eq!(after!(lfu, 1)[..2], [0, 1]);
}

#[test]
fn fifo_drops_what_came_first() {
    assert_eq!(after!(fifo, 1), [1, 2, 3]);
    assert_eq!(after!(fifo, 2), [2, 3]);
}

#[test]
fn lifo_drops_what_came_last() {
    assert_eq!(after!(lifo, 1), [0, 1, 2]);
    assert_eq!(after!(lifo, 5), [0, 1, 2]);
}

#[test]
fn mru_drops_what_was_used_last() {
    assert_eq!(after!(mru, 1), [0, 2, 3]);
}

#[test]
fn random_keeps_the_bound() {
    assert_eq!(after!(random, 1).len(), 3);
}

#[test]
fn s3fifo_keeps_what_was_used() {
    assert!(after!(s3fifo, 1).contains(&0));
}

#[test]
fn tinylfu_keeps_what_was_used() {
    assert!(after!(tinylfu, 1).contains(&0));
}

#[test]
fn sieve_passes_over_what_was_used() {
    assert_eq!(after!(sieve, 1), [0, 1, 3]);
    assert_eq!(after!(sieve, 2), [0, 1]);
}
