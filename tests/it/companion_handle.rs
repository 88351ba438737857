//! `f::handle()`: the cache of a function as a value.

use larder::testing::isolate;
use larder::{Arguments, Handle, cached};

#[cached]
fn price(article: u32, currency: &str, discount: Option<&str>) -> String {
    format!("{article} {currency} {discount:?}")
}

#[cached(ignore = [_trace])]
fn traced(n: u32, _trace: &mut Vec<u32>) -> u32 {
    n
}

#[cached]
fn named<'a>(first: &'a str, second: &[&'a str]) -> usize {
    first.len() + second.len()
}

#[cached]
fn nothing() -> u32 {
    7
}

#[cached(key = (text.len(), other))]
fn measured(text: &str, unnamed: u8, other: u32) -> usize {
    text.len() + usize::from(unnamed) + other as usize
}

#[derive(Clone)]
struct Private(u32);

/// More visible than what it takes and returns.
#[allow(private_interfaces, unreachable_pub, reason = "what is tested")]
#[cached(key = number.0)]
pub fn public(number: &Private) -> Private {
    number.clone()
}

/// What can be done to any function whose arguments are a number.
fn forget<F: Arguments<(u32,), V>, V>(handle: Handle<F, V>, n: u32) -> bool {
    handle.invalidate((n,))
}

#[test]
fn it_takes_a_tuple_of_arguments() {
    let time = isolate();
    let handle = price::handle();
    time.miss(|| price(1, "EUR", None));
    assert_eq!(handle.peek((1, "EUR", None)).as_deref(), Some("1 EUR None"));
    handle.insert((2, "EUR", Some("x")), "two".to_owned());
    assert_eq!(time.hit(|| price(2, "EUR", Some("x"))), "two");
    assert!(handle.invalidate((2, "EUR", Some("x"))));
    assert_eq!(handle.key((1, "EUR", None)), price::key(1, "EUR", None));
    assert_eq!(handle.len(), 1);
    handle.clear();
    assert!(handle.is_empty());
}

#[test]
fn the_tuple_has_what_counts() {
    let time = isolate();
    time.miss(|| traced(1, &mut Vec::new()));
    assert_eq!(traced::handle().peek((1,)), Some(1));
    time.miss(nothing);
    assert_eq!(nothing::handle().peek(()), Some(7));
    time.miss(|| named("a", &["b"]));
    assert_eq!(named::handle().peek(("a", &["b"])), Some(2));
    time.miss(|| measured("a", 1, 2));
    assert_eq!(measured::handle().peek(("b", 2)), Some(4));
}

#[test]
fn types_may_be_less_visible_than_the_function() {
    let time = isolate();
    time.miss(|| public(&Private(1)));
    assert_eq!(public::handle().peek((&Private(1),)).map(|found| found.0), Some(1));
}

#[test]
fn handles_can_be_generic_over() {
    let time = isolate();
    time.miss(|| traced(1, &mut Vec::new()));
    assert!(forget(traced::handle(), 1));
    assert!(!forget(traced::handle(), 1));
}

#[test]
fn functions_are_configured_through_it() {
    let _time = isolate();
    let handle = price::handle();
    (0..10).for_each(|n| _ = price(n, "EUR", None));
    handle.set_max_entries(Some(3));
    assert!(handle.len() <= 3, "{}", handle.len());
    handle.set_max_entries(None);
}
