//! `cache_if`: only values for which it holds are kept.

use larder::cached;
use larder::testing::isolate;

#[cached(cache_if = |rate| rate.is_finite())]
fn rate(of: u32) -> f64 {
    100.0 / f64::from(of)
}

#[allow(clippy::ptr_arg, reason = "the value is a `String`")]
fn is_long(text: &String) -> bool {
    text.len() > 3
}

#[cached(cache_if = is_long)]
fn by_path(text: &str) -> String {
    text.to_owned()
}

#[cached(cache_if = Result::is_ok, cache_err = _)]
fn with_errors(n: u32) -> Result<u32, u32> {
    if n == 0 { Err(n) } else { Ok(n) }
}

#[test]
fn other_values_are_not_kept() {
    let time = isolate();
    time.miss(|| rate(4));
    time.hit(|| rate(4));
    time.miss(|| rate(0));
    time.miss(|| rate(0));
}

#[test]
fn a_path_will_do() {
    let time = isolate();
    time.miss(|| by_path("abc"));
    time.miss(|| by_path("abc"));
    time.miss(|| by_path("abcd"));
    time.hit(|| by_path("abcd"));
}

#[test]
fn it_has_the_last_word_over_errors() {
    let time = isolate();
    time.miss(|| with_errors(0)).unwrap_err();
    time.miss(|| with_errors(0)).unwrap_err();
    time.miss(|| with_errors(1)).unwrap();
    time.hit(|| with_errors(1)).unwrap();
}
