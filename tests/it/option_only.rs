//! `only`: the parameters that form the key.

use larder::cached;
use larder::testing::isolate;

#[cached(only = [id, page])]
fn feed(id: u32, page: u8, trace: &str) -> String {
    format!("{id} {page} {trace}")
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shop(u32);

impl Shop {
    #[cached(only = [self])]
    fn address(&self, trace: &str) -> String {
        format!("{} {trace}", self.0)
    }
}

#[test]
fn nothing_else_counts() {
    let time = isolate();
    time.miss(|| feed(1, 1, "a"));
    assert_eq!(time.hit(|| feed(1, 1, "b")), "1 1 a");
    time.miss(|| feed(1, 2, "a"));
    time.miss(|| feed(2, 1, "a"));
}

#[test]
fn companions_take_what_counts() {
    let time = isolate();
    time.miss(|| feed(1, 1, "a"));
    assert!(feed::invalidate(1, 1));
    time.miss(|| feed::refresh(1, 1, "b"));
    assert_eq!(feed::peek(1, 1).as_deref(), Some("1 1 b"));
}

#[test]
fn self_can_be_what_counts() {
    let time = isolate();
    time.miss(|| Shop(1).address("a"));
    time.hit(|| Shop(1).address("b"));
    time.miss(|| Shop(2).address("a"));
    assert_eq!(Shop(1).address_peek().as_deref(), Some("1 a"));
}
