//! `name`: the identity in statistics; otherwise the path of the function.

use larder::cached;

#[cached(name = "shop.prices")]
fn named(n: u32) -> u32 {
    n
}

#[cached]
fn unnamed(n: u32) -> u32 {
    n
}

#[cached]
fn r#loop(n: u32) -> u32 {
    n
}

#[test]
fn the_path_is_the_name() {
    assert_eq!(unnamed::handle().name(), concat!(module_path!(), "::unnamed"));
    assert_eq!(unnamed(1), 1);
}

#[test]
fn a_name_replaces_it() {
    assert_eq!(named::handle().name(), "shop.prices");
    assert!(larder::stats().to_string().contains("shop.prices"));
    assert_eq!(named(1), 1);
}

#[test]
fn raw_identifiers_lose_their_mark() {
    assert_eq!(r#loop::handle().name(), concat!(module_path!(), "::loop"));
    assert_eq!(r#loop(1), 1);
}
