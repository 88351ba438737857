//! Associated functions: recognised by `Self`, or told by `handle = method`.

use larder::cached;
use larder::testing::isolate;

#[derive(Clone, Debug, PartialEq)]
struct Shop {
    articles: u32,
}

impl Shop {
    const BASE: u32 = 100;

    #[cached]
    fn open(articles: u32) -> Self {
        Self { articles }
    }

    #[cached]
    fn price(article: u32) -> u32 {
        Self::BASE + article
    }

    #[cached(handle = method)]
    fn tax(percent: u32) -> u32 {
        percent * 2
    }
}

struct Of<T>(T);

impl<T: Default + Into<u64>> Of<T> {
    /// Neither `self` nor `Self`, and yet the result depends on the type.
    #[cached(handle = method)]
    fn zero(add: u64) -> u64 {
        T::default().into() + add + size_of::<T>() as u64
    }
}

#[test]
fn self_tells_that_they_belong_to_a_type() {
    let time = isolate();
    assert_eq!(time.miss(|| Shop::open(1)), Shop { articles: 1 });
    assert_eq!(time.hit(|| Shop::open(1)).articles, 1);
    assert_eq!(time.miss(|| Shop::price(1)), 101);
    assert_eq!(Shop::price_peek(1), Some(101));
    time.miss(|| Shop::tax(1));
    assert!(Shop::tax_invalidate(1));
}

#[test]
fn types_with_parameters_do_not_share_values() {
    let time = isolate();
    assert_eq!(time.miss(|| Of::<u8>::zero(1)), 2);
    assert_eq!(time.miss(|| Of::<u32>::zero(1)), 5);
    assert_eq!(time.hit(|| Of::<u8>::zero(1)), 2);
    assert_eq!(Of(0_u8).0, 0);
}
