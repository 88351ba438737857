//! `cache_none`: whether `None` is kept.

use larder::cached;
use larder::testing::isolate;

type Found = Option<u32>;

#[cached]
fn kept(n: u32) -> Option<u32> {
    (n > 0).then_some(n)
}

#[cached(cache_none = false)]
fn dropped(n: u32) -> Found {
    (n > 0).then_some(n)
}

#[cached(cache_none = false)]
fn in_result(n: u32) -> Result<Option<u32>, ()> {
    Ok((n > 0).then_some(n))
}

const NO: bool = false;

#[cached(cache_none = NO)]
fn expression(n: u32) -> Option<u32> {
    (n > 0).then_some(n)
}

#[test]
fn none_is_a_value_like_any() {
    let time = isolate();
    time.miss(|| kept(0));
    assert_eq!(time.hit(|| kept(0)), None);
}

#[test]
fn none_can_be_asked_for_again() {
    let time = isolate();
    time.miss(|| dropped(0));
    time.miss(|| dropped(0));
    time.miss(|| dropped(1));
    time.hit(|| dropped(1));
}

#[test]
fn so_can_ok_none() {
    let time = isolate();
    time.miss(|| in_result(0)).unwrap();
    time.miss(|| in_result(0)).unwrap();
    time.miss(|| in_result(1)).unwrap();
    time.hit(|| in_result(1)).unwrap();
}

#[test]
fn any_expression_of_type_bool() {
    let time = isolate();
    time.miss(|| expression(0));
    time.miss(|| expression(0));
}
