//! Expired entries are not served, and leave without being read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = "5ms")]
fn brief(n: u32) -> u32 {
    n
}

#[cached(ttl = 60, max_entries = 50_000)]
fn minute(n: u32) -> u32 {
    n
}

#[cached(idle = 10)]
fn unread(n: u32) -> u32 {
    n
}

#[derive(Debug, Clone)]
struct Big(Arc<AtomicUsize>);

impl Drop for Big {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn a_hundred_thousand_entries_leave_by_themselves() {
    let time = isolate();
    (0..100_000).for_each(|n| _ = brief(n));
    assert_eq!(brief::stats().entries, 100_000);
    time.advance(Duration::from_secs(1));
    let stats = brief::stats();
    assert_eq!((stats.entries, stats.expired), (0, 100_000));
    // and the cache works on
    brief(7);
    assert_eq!(brief::stats().entries, 1);
}

#[test]
fn what_has_expired_is_dropped_and_not_only_hidden() {
    #[cached(ttl = 1, ignore = [dropped])]
    fn big(n: u32, dropped: &Arc<AtomicUsize>) -> Big {
        let _ = n;
        Big(dropped.clone())
    }
    let time = isolate();
    let dropped = Arc::new(AtomicUsize::new(0));
    (0..100).for_each(|n| drop(big(n, &dropped)));
    let before = dropped.load(SeqCst);
    time.advance(Duration::from_secs(2));
    assert_eq!(dropped.load(SeqCst) - before, 100);
}

#[test]
fn only_what_is_old_leaves() {
    let time = isolate();
    (0..1_000).for_each(|n| _ = minute(n));
    time.advance(Duration::from_secs(30));
    (1_000..3_000).for_each(|n| _ = minute(n));
    time.advance(Duration::from_secs(31));
    assert_eq!(minute::stats().entries, 2_000);
    time.miss(|| minute(0));
    time.hit(|| minute(1_000));
    time.advance(Duration::from_secs(60));
    assert_eq!(minute::stats().entries, 0);
}

#[test]
fn unread_entries_leave_and_read_ones_stay() {
    let time = isolate();
    (0..10).for_each(|n| _ = unread(n));
    for _ in 0..5 {
        time.advance(Duration::from_secs(6));
        time.hit(|| unread(3));
    }
    assert_eq!(unread::stats().entries, 1);
    assert_eq!(unread::stats().expired, 9);
    time.advance(Duration::from_secs(11));
    assert_eq!(unread::stats().entries, 0);
}

#[test]
fn a_lifetime_can_be_changed_while_the_program_runs() {
    let time = isolate();
    let handle = minute::handle();
    minute(1);
    assert_eq!(handle.ttl(), Some(Duration::from_secs(60)));
    time.advance(Duration::from_secs(10));
    handle.set_ttl(Some(Duration::from_secs(5)));
    time.miss(|| minute(1));
    handle.set_ttl(None);
    time.advance(Duration::from_secs(1_000_000));
    time.hit(|| minute(1));
    handle.set_ttl(Some(Duration::from_secs(60)));
    time.advance(Duration::from_secs(1));
    assert_eq!(minute::stats().entries, 0, "what is too old by the new lifetime leaves too");
}

#[test]
fn an_entry_lives_for_its_lifetime_and_no_longer() {
    let time = isolate();
    minute(1);
    time.advance(Duration::from_millis(59_999));
    time.hit(|| minute(1));
    time.advance(Duration::from_millis(1));
    time.miss(|| minute(1));
}

#[test]
fn a_lifetime_given_later_counts_from_when_the_value_was_made() {
    #[cached]
    fn forever(n: u32) -> u32 {
        n
    }
    let time = isolate();
    forever(1);
    time.advance(Duration::from_secs(10));
    forever::handle().set_ttl(Some(Duration::from_secs(60)));
    time.hit(|| forever(1));
    assert_eq!(forever::lookup(1).age, Duration::from_secs(10));
    time.advance(Duration::from_secs(51));
    time.miss(|| forever(1));
    forever::handle().set_ttl(None);
}

#[test]
fn sweeping_costs_no_more_for_many_lifetimes_brought_forward() {
    let time = isolate();
    // each brings the next sweep forward; appointments that were overtaken must lapse
    #[cached(ttl_with = |n| Duration::from_secs(u64::from(*n)))]
    fn each(n: u32) -> u32 {
        n
    }
    (1..=3_000).rev().for_each(|n| _ = each(n));
    assert_eq!(each::stats().entries, 3_000);
    for gone in 1..=3 {
        time.advance(Duration::from_secs(1_000));
        assert_eq!(each::stats().entries, 3_000 - gone * 1_000);
    }
}
