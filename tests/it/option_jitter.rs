//! `jitter`: each lifetime is shortened by a random share, so that values stored together do not expire together.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = 100, jitter = 0.5)]
fn price(article: u32) -> u32 {
    article
}

const ARTICLES: u32 = 400;

fn present() -> usize {
    (0..ARTICLES).filter(|article| price::peek(*article).is_some()).count()
}

#[test]
fn lifetimes_are_spread_and_never_longer() {
    let time = isolate();
    (0..ARTICLES).for_each(|article| _ = price(article));
    time.advance(Duration::from_secs(49));
    assert_eq!(present(), 400, "at most half of the lifetime is taken");
    time.advance(Duration::from_secs(26));
    let at_75 = present();
    // a fair spread leaves 200 of 400; these bounds are ten standard deviations away
    assert!((100..300).contains(&at_75), "{at_75} of 400 present after three quarters");
    time.advance(Duration::from_secs(26));
    assert_eq!(present(), 0, "no lifetime is longer than the one written");
}
