//! `cache_err`: the errors that are kept, as a pattern. `Result` is recognised by the type system.

use std::io;

use larder::cached;
use larder::testing::isolate;

#[derive(Debug, Clone, PartialEq)]
enum Error {
    NotFound(u32),
    Gone,
    Http { code: u16 },
}

#[cached]
fn plain(n: u32) -> Result<u32, Error> {
    fails(n)
}

#[cached(cache_err = Error::NotFound(_) | Error::Gone)]
fn some(n: u32) -> Result<u32, Error> {
    fails(n)
}

#[cached(cache_err = Error::Http { code } if *code >= 500)]
fn guarded(n: u32) -> Result<u32, Error> {
    if n > 99 { Err(Error::Http { code: n as u16 }) } else { fails(n) }
}

#[cached(cache_err = _)]
fn all(n: u32) -> Result<u32, Error> {
    fails(n)
}

/// Its error is not `Clone`, and its `Result` an alias.
#[cached]
fn alias(path: &str) -> io::Result<String> {
    std::fs::read_to_string(path)
}

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

fn fails(n: u32) -> Result<u32, Error> {
    match n {
        0 => Err(Error::NotFound(n)),
        1 => Err(Error::Gone),
        2 => Err(Error::Http { code: 404 }),
        n => Ok(n),
    }
}

#[test]
fn errors_are_not_kept() {
    let time = isolate();
    time.miss(|| plain(0)).unwrap_err();
    time.miss(|| plain(0)).unwrap_err();
    time.miss(|| plain(3)).unwrap();
    time.hit(|| plain(3)).unwrap();
}

#[test]
fn those_of_the_pattern_are() {
    let time = isolate();
    for n in [0, 1] {
        time.miss(|| some(n)).unwrap_err();
        assert_eq!(time.hit(|| some(n)), fails(n));
    }
    time.miss(|| some(2)).unwrap_err();
    time.miss(|| some(2)).unwrap_err();
}

#[test]
fn a_pattern_may_have_a_guard() {
    let time = isolate();
    time.miss(|| guarded(503)).unwrap_err();
    time.hit(|| guarded(503)).unwrap_err();
    time.miss(|| guarded(404)).unwrap_err();
    time.miss(|| guarded(404)).unwrap_err();
}

#[test]
fn an_underscore_is_all_of_them() {
    let time = isolate();
    for n in 0..3 {
        time.miss(|| all(n)).unwrap_err();
        time.hit(|| all(n)).unwrap_err();
    }
}

#[test]
fn an_alias_of_result_is_one() {
    let time = isolate();
    time.miss(|| alias("/no/such/file")).unwrap_err();
    time.miss(|| alias("/no/such/file")).unwrap_err();
    time.miss(|| alias(MANIFEST)).unwrap();
    time.hit(|| alias(MANIFEST)).unwrap();
}
