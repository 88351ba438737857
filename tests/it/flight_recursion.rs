//! A cached function that comes back to itself, directly or over others, runs inline: nothing waits for itself.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use larder::cached;
use larder::testing::isolate;

#[cached]
fn fibonacci(n: u64) -> u64 {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

static DEPTH: AtomicU32 = AtomicU32::new(0);

#[cached]
fn same_key(n: u32) -> u32 {
    if DEPTH.fetch_add(1, SeqCst) < 3 { same_key(n) + 1 } else { n }
}

#[cached]
async fn same_key_async(n: u32) -> u32 {
    if DEPTH.fetch_add(1, SeqCst) < 3 { Box::pin(same_key_async(n)).await + 1 } else { n }
}

#[cached]
fn even(n: u32) -> bool {
    n == 0 || odd(n - 1)
}

#[cached]
fn odd(n: u32) -> bool {
    n != 0 && even(n - 1)
}

/// `ping(1)` needs `pong(1)` and the other way round; who is the second to come back gets 0.
#[cached(ignore = [both, depth])]
fn ping(n: u32, both: &Barrier, depth: u32) -> u32 {
    if depth == 0 {
        both.wait();
    }
    if depth > 1 { 0 } else { pong(n, both, depth + 1) + 1 }
}

#[cached(ignore = [both, depth])]
fn pong(n: u32, both: &Barrier, depth: u32) -> u32 {
    if depth == 0 {
        both.wait();
    }
    if depth > 1 { 0 } else { ping(n, both, depth + 1) + 1 }
}

#[test]
fn recursion_over_smaller_keys_computes_each_once() {
    let _time = isolate();
    assert_eq!(fibonacci(90), 2_880_067_194_370_816_120);
    assert_eq!(fibonacci::stats().loads, 91);
}

#[test]
fn the_same_key_inside_itself_runs_inline() {
    let _time = isolate();
    DEPTH.store(0, SeqCst);
    assert_eq!(same_key(5), 8);
    assert_eq!(same_key::peek(5), Some(8));
    assert_eq!((same_key::stats().loads, same_key::stats().running), (4, 0));
}

#[test]
fn the_same_key_inside_itself_runs_inline_async() {
    let _time = isolate();
    DEPTH.store(0, SeqCst);
    assert_eq!(pollster::block_on(same_key_async(5)), 8);
    assert_eq!(same_key_async::peek(5), Some(8));
}

#[test]
fn mutual_recursion_works() {
    let _time = isolate();
    assert!(even(150));
    assert!(!odd(150));
}

#[test]
fn two_threads_that_need_each_others_computation_do_not_wait_for_ever() {
    let _time = isolate();
    let both = Barrier::new(2);
    thread::scope(|scope| {
        let ping = scope.spawn(|| ping(1, &both, 0));
        let pong = scope.spawn(|| pong(1, &both, 0));
        assert!(ping.join().unwrap() > 0);
        assert!(pong.join().unwrap() > 0);
    });
    assert_eq!((ping::stats().running, pong::stats().running), (0, 0));
}
