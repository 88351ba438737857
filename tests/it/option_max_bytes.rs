//! `max_bytes`: the bound by weight.

use larder::cached;
use larder::testing::isolate;

#[cached(max_bytes = "64KiB", weigh = |value| value.len())]
fn text(n: u32) -> Vec<u8> {
    vec![0; n as usize]
}

#[cached(max_bytes = 10_000, weigh = |value| value.len())]
fn number(n: u32) -> Vec<u8> {
    vec![0; n as usize]
}

const BOUND: u64 = 1 << 14;

#[cached(max_bytes = BOUND, weigh = |value| value.len())]
fn expression(n: u32) -> Vec<u8> {
    vec![0; n as usize]
}

/// How many values of about `size` bytes stay.
fn kept(call: impl Fn(u32) -> Vec<u8>, peek: impl Fn(u32) -> bool, size: u32) -> usize {
    let _time = isolate();
    let sizes = || (0..200).map(|n| size + n);
    sizes().for_each(|size| _ = call(size));
    sizes().filter(|size| peek(*size)).count()
}

#[test]
fn a_string_has_units() {
    let kept = kept(text, |n| text::peek(n).is_some(), 4_096);
    assert!((8..=16).contains(&kept), "{kept} values of 4 KiB in 64 KiB");
}

#[test]
fn a_number_is_bytes() {
    let kept = kept(number, |n| number::peek(n).is_some(), 1_000);
    assert!((4..=10).contains(&kept), "{kept} values of 1,000 bytes in 10,000");
}

#[test]
fn any_expression_of_type_u64() {
    let kept = kept(expression, |n| expression::peek(n).is_some(), 1_024);
    assert!((8..=16).contains(&kept), "{kept} values of 1 KiB in 16 KiB");
}

#[test]
fn what_weighs_more_than_the_bound_is_not_kept() {
    let time = isolate();
    time.miss(|| number(20_000));
    time.miss(|| number(20_000));
}
