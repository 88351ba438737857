//! `f::key(args)`: the text of the key.

use larder::cached;

#[cached(name = "price")]
fn price(article: u32, currency: &str) -> u32 {
    article + currency.len() as u32
}

#[cached(name = "pair")]
fn pair(a: &str, b: &str) -> usize {
    a.len() + b.len()
}

#[cached(name = "user", key = "user:{id}")]
fn user(id: u32) -> u32 {
    id
}

#[test]
fn it_begins_with_the_name() {
    assert!(price::key(1, "EUR").starts_with("price"), "{}", price::key(1, "EUR"));
    assert_eq!(price(1, "EUR"), 4);
}

#[test]
fn different_calls_have_different_texts() {
    assert_ne!(pair::key("a:b", "c"), pair::key("a", "b:c"));
    assert_eq!(pair::key("a", "b"), pair::key(&String::from("a"), "b"));
    assert_eq!(pair("a", "b"), 2);
}

#[test]
fn a_template_is_its_text() {
    assert!(user::key(7).ends_with("user:7"), "{}", user::key(7));
    assert_eq!(user(7), 7);
}
