//! `max_entries`: the bound by count, never exceeded.

use larder::cached;
use larder::testing::isolate;

#[cached(max_entries = 10)]
fn bounded(n: u32) -> u32 {
    n
}

const BOUND: usize = 3;

#[cached(max_entries = BOUND + 1)]
fn expression(n: u32) -> u32 {
    n
}

#[test]
fn it_is_never_exceeded() {
    let _time = isolate();
    for n in 0..100 {
        bounded(n);
        assert!(bounded::handle().len() <= 10, "{} entries", bounded::handle().len());
    }
    assert_eq!(bounded::handle().len(), 10);
    assert_eq!((0..100).filter(|n| bounded::peek(*n).is_some()).count(), 10);
}

#[test]
fn any_expression_of_type_usize() {
    let _time = isolate();
    (0..20).for_each(|n| _ = expression(n));
    assert_eq!(expression::handle().len(), 4);
}

#[test]
fn what_fits_stays() {
    let time = isolate();
    (0..10).for_each(|n| _ = time.miss(|| bounded(n)));
    (0..10).for_each(|n| _ = time.hit(|| bounded(n)));
}
