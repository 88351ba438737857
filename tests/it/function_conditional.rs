//! `#[cfg]` on a function and on its parameters.

use larder::cached;
use larder::testing::isolate;

#[cached]
#[cfg(test)]
fn here(n: u32) -> u32 {
    n
}

#[cached]
#[cfg(not(test))]
fn here(n: NoSuchType) -> NoSuchType {
    n
}

#[cached]
fn parameters(a: u32, #[cfg(test)] b: u32, #[cfg(not(test))] c: NoSuchType) -> u32 {
    a + b
}

struct Shop;

impl Shop {
    #[cached(ignore = [self])]
    #[cfg(not(test))]
    fn price(&self, n: NoSuchType) -> NoSuchType {
        n
    }

    #[cached(ignore = [self])]
    #[cfg_attr(test, must_use)]
    fn price(&self, n: u32, #[cfg(not(test))] c: NoSuchType) -> u32 {
        n
    }
}

#[test]
fn what_is_left_out_is_left_out_everywhere() {
    let time = isolate();
    time.miss(|| here(1));
    assert_eq!(here::peek(1), Some(1));
    time.miss(|| parameters(1, 2));
    time.hit(|| parameters(1, 2));
    time.miss(|| parameters(1, 3));
    assert_eq!(parameters::peek(1, 3), Some(4));
    assert!(parameters::invalidate(1, 3));
    time.miss(|| Shop.price(1));
    assert_eq!(Shop.price_peek(1), Some(1));
}
