//! Async functions.

use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

#[cached(ttl = 60)]
async fn profile(id: u32, name: &str) -> String {
    std::future::ready(()).await;
    format!("{id} {name}")
}

#[cached]
async fn fails(mut n: u32) -> Result<u32, String> {
    n += 1;
    let n = checked(n).await?;
    Ok(n)
}

async fn checked(n: u32) -> Result<u32, String> {
    if n > 5 { Err("too large".to_owned()) } else { Ok(n) }
}

#[cached(ignore = [log])]
async fn logged(n: u32, log: &mut Vec<u32>) -> u32 {
    log.push(n);
    std::future::ready(n).await
}

#[cached]
async fn generic<T: ToString + larder::CacheKey + Clone + Send + Sync + 'static>(value: T) -> String {
    value.to_string()
}

fn send<T: Send>(value: T) -> T {
    value
}

#[test]
fn it_hits_and_misses() {
    let time = isolate();
    block_on(async {
        assert_eq!(time.miss_async(profile(1, "a")).await, "1 a");
        assert_eq!(time.hit_async(profile(1, "a")).await, "1 a");
        time.miss_async(profile(1, "b")).await;
    });
}

#[test]
fn a_future_that_is_not_polled_does_nothing() {
    let time = isolate();
    drop(profile(1, "a"));
    assert_eq!(profile::peek(1, "a"), None);
    block_on(time.miss_async(profile(1, "a")));
}

#[test]
fn errors_are_not_kept() {
    let time = isolate();
    block_on(async {
        time.miss_async(fails(1)).await.unwrap();
        time.hit_async(fails(1)).await.unwrap();
        time.miss_async(fails(9)).await.unwrap_err();
        time.miss_async(fails(9)).await.unwrap_err();
    });
}

#[test]
fn mutable_arguments_live_as_long_as_the_future() {
    let time = isolate();
    let mut log = Vec::new();
    block_on(async {
        time.miss_async(logged(1, &mut log)).await;
        time.hit_async(logged(1, &mut log)).await;
    });
    assert_eq!(log, [1]);
}

#[test]
fn futures_can_be_sent() {
    let time = isolate();
    block_on(async {
        time.miss_async(send(generic(7))).await;
        time.hit_async(send(generic(7))).await;
        time.miss_async(send(profile::refresh(7, "a"))).await;
        time.hit_async(send(profile::lookup(7, "a"))).await;
    });
}

async fn deepest(n: u32) -> u32 {
    let room = [n; 64];
    std::future::ready(()).await;
    room[0]
}

#[cached(ttl = 60)]
async fn first(n: u32) -> u32 {
    deepest(n).await
}

#[cached(ttl = 60)]
async fn second(n: u32) -> u32 {
    first(n).await
}

#[cached(ttl = 60)]
async fn third(n: u32) -> u32 {
    second(n).await
}

#[cached(ttl = 60, stale_if_error = 60, hard_timeout = 60)]
async fn patient(n: u32) -> Result<u32, larder::Error> {
    Ok(third(n).await)
}

/// A future holds those it awaits. Larder used to hold the function's own twice, so that with functions that call each other the size doubled with each, and a few levels took kilobytes of stack.
#[test]
fn the_future_of_a_cached_function_holds_the_functions_own_once() {
    let sizes =
        [size_of_val(&deepest(1)), size_of_val(&first(1)), size_of_val(&second(1)), size_of_val(&third(1))];
    for pair in sizes.windows(2) {
        assert!(pair[1] <= pair[0] + ADDED, "{sizes:?}");
    }
    // The companions that run the function, too.
    let companions = [size_of_val(&third::lookup(1)), size_of_val(&third::refresh(1))];
    assert!(companions.iter().all(|size| *size <= sizes[2] + ADDED), "{companions:?} {sizes:?}");
    // With a timeout the run is in a box, since it may outlive its caller.
    assert!(size_of_val(&patient(1)) <= 2 * ADDED, "{}", size_of_val(&patient(1)));
}

/// What larder adds to a future, in bytes: 816 are measured.
const ADDED: usize = 896;
