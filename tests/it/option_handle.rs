//! `handle`: where the companions live.

use larder::cached;
use larder::testing::isolate;

mod user {
    pub(super) const LIMIT: u32 = 3;
}

/// The module above has the name the companions' type would have.
#[cached(handle = UserCache)]
fn user(id: u32) -> u32 {
    id.min(user::LIMIT)
}

/// Neither module nor companions are in the way of each other.
#[cached(handle = none)]
fn page(id: u32) -> u32 {
    id.min(page::LIMIT)
}

mod page {
    pub(super) const LIMIT: u32 = 4;
}

struct Shop;

impl Shop {
    #[cached(handle = method)]
    fn price(article: u32) -> u32 {
        article * 2
    }
}

#[test]
fn the_type_can_have_another_name() {
    let time = isolate();
    assert_eq!(time.miss(|| user(7)), 3);
    assert_eq!(UserCache::peek(7), Some(3));
    assert!(UserCache::invalidate(7));
    time.miss(|| user(7));
}

#[test]
fn there_may_be_none() {
    let time = isolate();
    assert_eq!(time.miss(|| page(7)), 4);
    time.hit(|| page(7));
}

#[test]
fn an_associated_function_is_told_that_it_is_one() {
    let time = isolate();
    time.miss(|| Shop::price(7));
    time.hit(|| Shop::price(7));
    assert_eq!(Shop::price_peek(7), Some(14));
}
