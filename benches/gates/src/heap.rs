//! A heap that counts what is asked of it, while somebody wants to know.
//!
//! Outside of [`allocations`] and [`held`] it costs one relaxed load per allocation, so wall-clock figures of the same
//! process stay honest.
//!
//! `unsafe`: an allocator cannot be written without. Every call is passed on to the system's allocator unchanged.
#![allow(unsafe_code, reason = "`GlobalAlloc` is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// The allocator: `#[global_allocator] static HEAP: Counting = Counting;`.
#[derive(Debug, Clone, Copy)]
pub struct Counting;

static WATCHED: AtomicBool = AtomicBool::new(false);
static BYTES: AtomicI64 = AtomicI64::new(0);

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// How often this thread allocates during `work`; growing a block in place counts too.
pub fn allocations<R>(work: impl FnOnce() -> R) -> (u64, R) {
    let before = ALLOCATIONS.get();
    let result = watched(work);
    (ALLOCATIONS.get() - before, result)
}

/// How many bytes the process holds after `work` beyond those it held before.
pub fn held<R>(work: impl FnOnce() -> R) -> (i64, R) {
    let before = BYTES.load(Ordering::SeqCst);
    let result = watched(work);
    (BYTES.load(Ordering::SeqCst) - before, result)
}

fn watched<R>(work: impl FnOnce() -> R) -> R {
    WATCHED.store(true, Ordering::SeqCst);
    let result = work();
    WATCHED.store(false, Ordering::SeqCst);
    result
}

fn count(allocations: u64, bytes: i64) {
    if WATCHED.load(Ordering::Relaxed) {
        // a thread that is ending has no counter any more; nobody asks for it then
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + allocations));
        BYTES.fetch_add(bytes, Ordering::Relaxed);
    }
}

// SAFETY: each method passes its arguments on to `System`, which upholds the contract; counting allocates nothing,
// since the thread-local is constant and needs no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        // SAFETY: the caller upholds the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(0, -(layout.size() as i64));
        // SAFETY: the caller upholds the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size as i64 - layout.size() as i64);
        // SAFETY: the caller upholds the contract of `realloc`.
        unsafe { System.realloc(block, layout, size) }
    }
}
