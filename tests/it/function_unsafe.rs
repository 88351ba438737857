//! Unsafe functions and those of another ABI.
#![allow(unsafe_code, reason = "that unsafe functions can be cached is what is tested")]

use larder::cached;
use larder::testing::isolate;

/// # Safety
///
/// Callers must guarantee that `n` is not zero.
#[cached]
unsafe fn reciprocal(n: u32) -> u32 {
    100 / n
}

#[cached]
extern "C" fn foreign(n: u32) -> u32 {
    n + 1
}

#[test]
fn running_it_stays_unsafe() {
    let time = isolate();
    // SAFETY: 4 is not zero
    let call = || unsafe { reciprocal(4) };
    assert_eq!(time.miss(call), 25);
    assert_eq!(time.hit(call), 25);
    // what does not run it is safe
    assert_eq!(reciprocal::peek(0), None);
    assert!(reciprocal::invalidate(4));
    // SAFETY: 4 is not zero
    assert_eq!(time.miss(|| unsafe { reciprocal::refresh(4) }), 25);
    // SAFETY: 4 is not zero
    assert!(unsafe { reciprocal::lookup(4) }.is_hit());
}

#[test]
fn another_abi_is_kept() {
    let time = isolate();
    let pointer: extern "C" fn(u32) -> u32 = foreign;
    assert_eq!(time.miss(|| pointer(1)), 2);
    assert_eq!(time.hit(|| pointer(1)), 2);
}
