//! Functions inside functions, closures and tests.

use larder::cached;
use larder::testing::isolate;

fn first(n: u32) -> u32 {
    #[cached]
    fn inner(n: u32) -> u32 {
        n + 1
    }
    inner(n)
}

fn second(n: u32) -> u32 {
    #[cached(max_entries = 2)]
    fn inner(n: u32) -> u32 {
        n + 2
    }
    assert_eq!(inner::peek(n), inner::peek(n));
    inner(n)
}

struct Outer;

impl Outer {
    fn method(&self, n: u32) -> u32 {
        #[cached]
        fn inner(n: u32) -> u32 {
            n + 3
        }
        let Self = self;
        inner(n)
    }
}

/// Its body has items with a `Self` of their own.
#[cached]
fn with_items(n: u32) -> u32 {
    struct Counter(u32);
    impl Counter {
        fn new(n: u32) -> Self {
            Self(n)
        }
    }
    Counter::new(n).0
}

#[test]
fn two_of_one_name_do_not_share() {
    let time = isolate();
    assert_eq!(time.miss(|| first(1)), 2);
    assert_eq!(time.miss(|| second(1)), 3);
    assert_eq!(time.hit(|| first(1)), 2);
    assert_eq!(time.miss(|| Outer.method(1)), 4);
    assert_eq!(time.hit(|| Outer.method(1)), 4);
}

#[test]
fn in_a_test() {
    #[cached]
    fn here(n: u32) -> u32 {
        n
    }
    let time = isolate();
    time.miss(|| here(1));
    assert!(here::invalidate(1));
}

#[test]
fn items_inside_do_not_make_a_method() {
    let time = isolate();
    assert_eq!(time.miss(|| with_items(1)), 1);
    assert_eq!(with_items::peek(1), Some(1));
}
