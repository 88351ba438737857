//! Memory comes back: a million tags that nobody names any more leave nothing behind. A program of its own, because it counts what the whole process holds.
//!
//! `unsafe`: an allocator cannot be written without. Every call is passed on to the system's allocator unchanged.
#![allow(unsafe_code, reason = "`GlobalAlloc` is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use larder::testing::isolate;
use larder::{blocking, cached};

struct Counting;

#[global_allocator]
static HEAP: Counting = Counting;

/// The bytes that are allocated now.
static HELD: AtomicI64 = AtomicI64::new(0);

// SAFETY: each method passes its arguments on to `System`, which upholds the contract; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size() as i64, Relaxed);
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as i64, Relaxed);
        // SAFETY: the caller upholds the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        HELD.fetch_add(size as i64 - layout.size() as i64, Relaxed);
        // SAFETY: the caller upholds the contract of `realloc`.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// With three tags each, and a user: a million tags.
const VALUES: u32 = 334_000;

/// What may differ between two moments at which nothing is cached: hash tables that are a little larger for a while.
const LEFT_OVER: i64 = 256 * 1024;

/// By how much a run has made the truth differ.
static TRUTH: AtomicU32 = AtomicU32::new(0);

#[cached(ttl = 60, tags = ["static:{id}", "other:{id}"], user = id)]
fn tagged(id: u32) -> u32 {
    larder::add_tag(format!("dynamic:{id}"));
    id ^ TRUTH.load(Relaxed)
}

/// Depends on a key of another function, which has a scope then.
#[cached(ttl = 60)]
fn around(id: u32) -> u32 {
    tagged(id)
}

/// Lets everything expire, and the scopes that were its own be forgotten.
fn expire(time: &larder::testing::Isolated) {
    // Entries leave first, what they referred to at the next look, and the memory of the tables when they are looked at empty.
    (0..10).for_each(|_| time.advance(Duration::from_secs(61)));
}

fn held() -> i64 {
    HELD.load(Relaxed)
}

/// All in one test: what another one allocates meanwhile would be counted.
#[test]
fn a_million_tags_leave_nothing_behind() {
    let time = isolate();
    let nothing = held();
    (0..VALUES).for_each(|id| _ = around(id));
    let full = held() - nothing;
    assert!(full > i64::from(VALUES) * 500, "a million tags, and all that carries them, take {full} bytes");
    expire(&time);
    assert_eq!((tagged::stats().entries, around::stats().entries), (0, 0));
    // A store that was large keeps the lists of its policy, a few bytes for each entry it had; of the scopes nothing is left.
    let baseline = held();
    assert!(
        baseline - nothing < full / 20,
        "{} of {full} bytes are left after they expired",
        baseline - nothing
    );

    // Once more: nothing adds up.
    (0..VALUES).for_each(|id| _ = tagged(id));
    expire(&time);
    assert!(held() - baseline < LEFT_OVER, "{} bytes more are left after the second time", held() - baseline);

    // Invalidated, while nothing refers to them or while something does: every tenth is read before, and must not come back.
    TRUTH.store(0, Relaxed);
    (0..VALUES).step_by(10).for_each(|id| _ = around(id));
    TRUTH.store(1, Relaxed);
    (0..VALUES).for_each(|id| match id % 4 {
        0 => blocking::invalidate_tag(format!("static:{id}")).unwrap(),
        1 => blocking::invalidate_tag(format!("dynamic:{id}")).unwrap(),
        2 => blocking::invalidate_tag(format!("other:{id}")).unwrap(),
        _ => blocking::invalidate_user(id).unwrap(),
    });
    let revived = |id: &u32| around::peek(*id).is_some() || tagged::peek(*id).is_some();
    assert_eq!((0..VALUES).step_by(10).filter(revived).count(), 0);
    for _ in 0..3 {
        time.advance(Duration::from_secs(6));
        assert_eq!(
            (0..VALUES).step_by(10).filter(revived).count(),
            0,
            "what is invalid stays so when its scopes are forgotten"
        );
    }
    (0..VALUES).step_by(1_000).for_each(|id| assert_eq!(time.miss(|| around(id)), id ^ 1));
    (0..VALUES).step_by(1_000).for_each(|id| assert_eq!(time.hit(|| around(id)), id ^ 1));
    expire(&time);
    assert!(
        held() - baseline < LEFT_OVER,
        "{} bytes are left after as many invalidations",
        held() - baseline
    );

    // A stream of tags that never repeat holds what it needs at one time, not what it ever needed.
    let mut most = 0;
    for round in 0..10 {
        (round * VALUES / 10..(round + 1) * VALUES / 10).for_each(|id| _ = around(id));
        most = most.max(held() - baseline);
        time.advance(Duration::from_secs(61));
        time.advance(Duration::from_secs(61));
    }
    assert!(most < full, "a tenth of the tags at a time took {most} bytes, all at once {full}");
    expire(&time);
    assert!(held() - baseline < LEFT_OVER, "{} bytes are left after a stream of tags", held() - baseline);
}
