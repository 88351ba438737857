//! Free functions: private and public, without arguments and with many.

use larder::cached;
use larder::testing::isolate;

#[cached]
fn nothing() -> String {
    "constant".to_owned()
}

#[cached]
#[expect(clippy::too_many_arguments, reason = "the largest key there is")]
fn sixteen(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: u8,
    m: u8,
    n: u8,
    o: u8,
    p: u8,
) -> u32 {
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p].into_iter().map(u32::from).sum()
}

#[cached]
fn changes(mut n: u32, mut text: String) -> String {
    n += 1;
    text.push('!');
    format!("{n}{text}")
}

#[cached]
fn early(n: u32) -> Result<u32, std::num::ParseIntError> {
    if n > 5 {
        return Ok(5);
    }
    let parsed: u32 = n.to_string().parse()?;
    Ok(parsed)
}

pub(crate) mod inner {
    #[larder::cached]
    pub(crate) fn visible(n: u32) -> u32 {
        n
    }

    #[larder::cached]
    pub(in crate::function_free) fn restricted(n: u32) -> u32 {
        n
    }
}

use inner::visible;

#[test]
fn without_arguments_there_is_one_value() {
    let time = isolate();
    time.miss(nothing);
    time.hit(nothing);
    assert!(nothing::invalidate());
    time.miss(nothing);
}

#[test]
fn sixteen_parts_are_a_key() {
    let time = isolate();
    time.miss(|| sixteen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
    time.hit(|| sixteen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
    time.miss(|| sixteen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0));
}

#[test]
fn parameters_may_be_mut() {
    let time = isolate();
    assert_eq!(time.miss(|| changes(1, "a".into())), "2a!");
    assert_eq!(time.hit(|| changes(1, "a".into())), "2a!");
}

#[test]
fn the_body_returns_early() {
    let time = isolate();
    assert_eq!(time.miss(|| early(9)), Ok(5));
    assert_eq!(time.hit(|| early(9)), Ok(5));
    assert_eq!(time.miss(|| early(3)), Ok(3));
}

#[test]
fn one_import_brings_the_function_and_its_companions() {
    let time = isolate();
    time.miss(|| visible(1));
    assert_eq!(visible::peek(1), Some(1));
    time.miss(|| inner::restricted(1));
    assert_eq!(inner::restricted::peek(1), Some(1));
}
