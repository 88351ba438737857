//! `f::lookup(args)`: as a call, and says where the value came from.

use std::time::Duration;

use larder::testing::isolate;
use larder::{Source, cached};

#[cached(ttl = 60)]
fn double(n: u32) -> u32 {
    n * 2
}

#[cached]
async fn later(n: u32) -> u32 {
    n * 2
}

#[test]
fn it_tells_hit_from_miss() {
    let _time = isolate();
    let found = double::lookup(1);
    assert_eq!((found.value, found.source, found.is_miss()), (2, Source::Miss, true));
    let found = double::lookup(1);
    assert_eq!((found.value, found.source, found.is_hit()), (2, Source::Hit, true));
    assert!(!found.is_coalesced());
    assert_eq!(double(1), 2);
}

#[test]
fn it_knows_the_age() {
    let time = isolate();
    assert_eq!(double::lookup(1).age, Duration::ZERO);
    time.advance(Duration::from_secs(10));
    let age = double::lookup(1).age;
    assert!(age >= Duration::from_secs(9) && age <= Duration::from_secs(11), "{age:?}");
}

#[test]
fn it_is_async_where_the_function_is() {
    let _time = isolate();
    pollster::block_on(async {
        assert!(later::lookup(1).await.is_miss());
        assert!(later::lookup(1).await.is_hit());
        assert_eq!(later(1).await, 2);
    });
}
