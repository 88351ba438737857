//! Attributes around and below stay with the function, and lints reach its body.
#![deny(warnings)]

use larder::cached;
use larder::testing::isolate;

/// Documented.
#[inline]
#[must_use]
#[cached]
#[allow(clippy::let_and_return, reason = "it is allowed in the body")]
#[track_caller]
fn all(n: u32) -> u32 {
    let unused_otherwise = n;
    unused_otherwise
}

#[cached]
#[expect(unused_variables, reason = "it is met in the body")]
fn expecting(n: u32) -> u32 {
    let unused = n;
    n
}

#[cached]
#[expect(dead_code, reason = "nobody calls it")]
fn forgotten(n: u32) -> u32 {
    n
}

#[cached]
#[deprecated = "use `all`"]
fn old(n: u32) -> u32 {
    n
}

#[cached]
fn by_default(n: u32, #[allow(unused_variables, reason = "it is allowed in the body")] unused: u32) -> u32 {
    n
}

#[cached]
fn at_the_beginning_of_the_body(n: u32) -> u32 {
    #![allow(unused_variables, reason = "it is allowed in the body")]
    let unused = n;
    n
}

trait Load {
    fn load(&self, n: u32) -> u32;
    fn load_later(&self, n: u32) -> impl Future<Output = u32> + Send;
}

impl Load for () {
    #[cached(handle = none)]
    fn load(&self, n: u32) -> u32 {
        #![expect(unused_variables, reason = "it is met in the body")]
        let unused = n;
        n
    }

    #[cached(handle = none)]
    async fn load_later(&self, n: u32) -> u32 {
        #![allow(unused_variables, reason = "it is allowed in the body")]
        let unused = n;
        std::future::ready(n).await
    }
}

#[test]
fn they_may_begin_the_body() {
    let time = isolate();
    time.miss(|| at_the_beginning_of_the_body(1));
    time.hit(|| at_the_beginning_of_the_body(1));
    time.miss(|| ().load(1));
    time.hit(|| ().load(1));
    time.miss(|| pollster::block_on(().load_later(1)));
    time.hit(|| pollster::block_on(().load_later(1)));
}

#[test]
fn they_are_cached_all_the_same() {
    let time = isolate();
    time.miss(|| all(1));
    time.hit(|| all(1));
    time.miss(|| expecting(1));
    time.hit(|| expecting(1));
    time.miss(|| by_default(1, 2));
    time.hit(|| by_default(1, 2));
    #[allow(deprecated, reason = "that it is deprecated is what is tested")]
    let call = || old(1);
    time.miss(call);
    time.hit(call);
}
