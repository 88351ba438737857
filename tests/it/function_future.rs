//! Functions that return a future, opaque or in a box.
#![allow(clippy::manual_async_fn, reason = "the form is what is tested")]

use std::pin::Pin;

use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

#[cached]
fn opaque(n: u32) -> impl Future<Output = u32> {
    async move { n }
}

#[cached]
fn borrowing(name: &str) -> impl Future<Output = String> {
    async move { name.to_owned() }
}

/// The future captures nothing although the argument borrows.
#[cached]
fn owning(name: &str) -> impl Future<Output = String> + use<> {
    let name = name.to_owned();
    async move { name }
}

#[cached]
fn sendable(n: u32) -> impl Future<Output = Result<u32, String>> + Send + 'static {
    let early = n > 5;
    async move { if early { Err("too large".to_owned()) } else { Ok(n) } }
}

#[cached]
fn boxed(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    if n > 5 {
        return Box::pin(std::future::ready(5));
    }
    Box::pin(async move { n })
}

#[cached]
fn boxed_owning(name: &str) -> Pin<Box<dyn Future<Output = String> + Send>> {
    let name = name.to_owned();
    Box::pin(async move { name })
}

#[cached]
fn boxed_borrowing<'a>(name: &'a str) -> Pin<Box<dyn Future<Output = String> + Send + 'a>> {
    Box::pin(async move { name.to_owned() })
}

fn send<T: Send>(value: T) -> T {
    value
}

macro_rules! caches {
    ($call:expr, $other:expr) => {{
        let time = isolate();
        block_on(async {
            let first = time.miss_async($call).await;
            assert_eq!(time.hit_async($call).await, first);
            time.miss_async($other).await
        })
    }};
}

#[test]
fn opaque_futures() {
    caches!(opaque(1), opaque(2));
    caches!(borrowing("a"), borrowing("b"));
    caches!(owning("a"), owning("b"));
    assert_eq!(caches!(send(sendable(1)), sendable(9)), Err("too large".to_owned()));
}

#[test]
fn boxed_futures() {
    caches!(boxed(1), boxed(9));
    caches!(send(boxed_owning("a")), boxed_owning("b"));
    caches!(boxed_borrowing("a"), boxed_borrowing("b"));
}

#[test]
fn what_borrows_nothing_outlives_its_argument() {
    let time = isolate();
    let future = {
        let name = String::from("a");
        (owning(&name), boxed_owning(&name))
    };
    assert_eq!(block_on(time.miss_async(future.0)), "a");
    assert_eq!(block_on(time.miss_async(future.1)), "a");
}

#[test]
fn the_output_is_what_is_cached() {
    let _time = isolate();
    assert_eq!(block_on(opaque(1)), 1);
    assert_eq!(opaque::peek(1), Some(1));
    assert_eq!(block_on(opaque::refresh(1)), 1);
    assert!(block_on(opaque::lookup(1)).is_hit());
    assert_eq!(block_on(opaque::uncached(1)), 1);
    boxed::insert(1, 77);
    assert_eq!(block_on(boxed(1)), 77);
}
