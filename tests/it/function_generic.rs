//! Generic functions: each choice of parameters has values of its own.

use std::fmt::Debug;
use std::hash::Hash;
use std::str::FromStr;

use larder::testing::isolate;
use larder::{CacheKey, cached};

#[cached]
fn parse<T: FromStr + Clone + Send + Sync + 'static>(text: &str) -> Option<T> {
    text.parse().ok()
}

#[cached]
fn show<T>(value: &T) -> String
where
    T: Debug + Clone + Eq + Hash + Send + Sync + 'static,
{
    format!("{value:?}")
}

#[cached]
fn keyed<K: CacheKey + Debug>(key: K) -> String {
    format!("{key:?}")
}

#[cached]
fn size<T>() -> usize {
    size_of::<T>()
}

#[cached]
fn powers<const N: usize>(base: u64) -> [u64; N] {
    std::array::from_fn(|exponent| base.wrapping_pow(u32::try_from(exponent).unwrap()))
}

#[cached]
fn flags<T: Default + Into<u32>, const ON: bool, const C: char>(n: u32) -> String {
    format!("{} {ON} {C}", T::default().into() + n)
}

#[cached(key = text.len())]
fn by_length<const N: usize>(text: &str) -> usize {
    text.len() * N
}

#[cached]
fn lifetimes<'a, 'b: 'a, T>(first: &'a [T], second: &'b str) -> usize
where
    T: Clone + CacheKey + PartialEq<T>,
{
    first.len() + second.len()
}

#[test]
fn types_have_values_of_their_own() {
    let time = isolate();
    assert_eq!(time.miss(|| parse::<u32>("42")), Some(42));
    assert_eq!(time.miss(|| parse::<f64>("42")), Some(42.0));
    assert_eq!(time.hit(|| parse::<u32>("42")), Some(42));
    assert_eq!(time.miss(size::<u8>), 1);
    assert_eq!(time.miss(size::<u16>), 2);
    assert_eq!(time.hit(size::<u8>), 1);
}

#[test]
fn parameters_are_parts_of_keys() {
    let time = isolate();
    time.miss(|| show(&1_u8));
    time.miss(|| show(&1_u16));
    time.hit(|| show(&1_u8));
    time.miss(|| keyed("a"));
    time.miss(|| keyed('a'));
    time.hit(|| keyed("a"));
}

#[test]
fn constants_count_like_types() {
    let time = isolate();
    assert_eq!(time.miss(|| powers::<3>(2)), [1, 2, 4]);
    assert_eq!(time.miss(|| powers::<2>(2)), [1, 2]);
    assert_eq!(time.hit(|| powers::<3>(2)), [1, 2, 4]);
    assert_eq!(time.miss(|| flags::<u8, true, 'x'>(1)), "1 true x");
    assert_eq!(time.miss(|| flags::<u8, false, 'x'>(1)), "1 false x");
    assert_eq!(time.miss(|| flags::<u16, true, 'x'>(1)), "1 true x");
    time.hit(|| flags::<u8, true, 'x'>(1));
}

#[test]
fn constants_count_beside_an_expression() {
    let time = isolate();
    assert_eq!(time.miss(|| by_length::<2>("ab")), 4);
    assert_eq!(time.miss(|| by_length::<3>("ab")), 6);
    assert_eq!(time.hit(|| by_length::<2>("cd")), 4);
}

#[test]
fn lifetimes_do_not_matter() {
    let time = isolate();
    time.miss(|| lifetimes(&[1, 2], "a"));
    time.hit(|| lifetimes(&[1, 2], &String::from("a")));
}

#[test]
fn companions_have_the_same_parameters() {
    let time = isolate();
    parse::<u32>("7");
    assert_eq!(parse::peek::<u32>("7"), Some(Some(7)));
    assert_eq!(parse::peek::<u64>("7"), None);
    assert!(parse::invalidate::<u32>("7"));
    assert_eq!(time.miss(|| parse::refresh::<u32>("7")), Some(7));
    assert!(parse::lookup::<u32>("7").is_hit());
    parse::insert::<u32>("8", None);
    assert_eq!(parse::<u32>("8"), None);
    assert_eq!(parse::uncached::<u32>("8"), Some(8));
    assert_eq!(powers::uncached::<2>(3), [1, 3]);
    parse::clear();
    assert_eq!(parse::peek::<u32>("7"), None);
}
