//! The user's code never runs under a lock: each piece of it here calls the very function it is part of, with the very key.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use larder::testing::isolate;
use larder::{Event, cached};

thread_local! {
    static CALLING: Cell<bool> = const { Cell::new(false) };
}

/// Calls once, however deep it is called from.
fn once(call: impl FnOnce()) {
    if !CALLING.replace(true) {
        call();
        CALLING.set(false);
    }
}

#[derive(Debug)]
struct Nosy(u32);

impl Clone for Nosy {
    fn clone(&self) -> Self {
        once(|| _ = nosy(self.0));
        Self(self.0)
    }
}

impl Drop for Nosy {
    fn drop(&mut self) {
        once(|| {
            nosy(self.0);
            nosy(self.0 + 1);
            nosy::invalidate(self.0);
        });
    }
}

#[cached(
    max_entries = 2,
    max_bytes = 20,
    weigh = |value| { once(|| _ = nosy(value.0)); 8 },
    ttl_with = |value| { once(|| _ = nosy(value.0)); std::time::Duration::from_secs(60) },
    cache_if = |value| { once(|| _ = nosy(value.0)); true },
    on_event = heard
)]
fn nosy(n: u32) -> Nosy {
    Nosy(n)
}

fn heard(_: &Event) {
    once(|| {
        nosy(1);
        let _ = nosy::stats();
        nosy::clear();
    });
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct HashedNosily(u32);

impl Hash for HashedNosily {
    fn hash<H: Hasher>(&self, state: &mut H) {
        once(|| _ = by_key(Self(self.0)));
        self.0.hash(state);
    }
}

#[cached(max_entries = 1)]
fn by_key(key: HashedNosily) -> u32 {
    key.0
}

#[test]
fn clone_drop_weighers_predicates_and_listeners_may_call_the_function() {
    let _time = isolate();
    for n in 0..50 {
        assert_eq!(nosy(n % 7).0, n % 7);
        nosy::insert(n % 5, Nosy(n % 5));
        nosy::invalidate(n % 3);
    }
    nosy::clear();
    assert_eq!(nosy::stats().running, 0);
}

#[test]
fn hashing_a_key_may_call_the_function() {
    let _time = isolate();
    for n in 0..20 {
        assert_eq!(by_key(HashedNosily(n % 3)), n % 3);
    }
}

#[derive(Debug)]
struct Brittle(bool);

impl Clone for Brittle {
    fn clone(&self) -> Self {
        assert!(!self.0, "a clone that panics");
        Self(false)
    }
}

#[cached]
fn brittle(n: u32, breaks: bool) -> Brittle {
    let _ = n;
    Brittle(breaks)
}

#[test]
fn a_panic_in_clone_reaches_the_caller_and_the_cache_works_on() {
    let _time = isolate();
    assert!(catch_unwind(AssertUnwindSafe(|| brittle(1, true))).is_err());
    assert_eq!(brittle::stats().running, 0);
    brittle(1, false);
    assert!(brittle::lookup(1, false).is_hit());
}

#[test]
fn a_listener_that_panics_does_not_reach_the_caller() {
    #[cached(on_event = |_: &Event| panic!("a listener that panics"))]
    fn heard_of(n: u32) -> u32 {
        n
    }
    let time = isolate();
    assert_eq!(heard_of(1), 1);
    assert_eq!(time.hit(|| heard_of(1)), 1);
}

#[derive(Debug, Clone)]
struct DropsBadly(bool);

impl Drop for DropsBadly {
    fn drop(&mut self) {
        if std::mem::take(&mut self.0) && !std::thread::panicking() {
            panic!("a drop that panics");
        }
    }
}

#[test]
fn a_panic_in_drop_reaches_the_caller_and_the_cache_works_on() {
    #[cached(max_entries = 1)]
    fn dropped(n: u32) -> u32 {
        n
    }
    #[cached(max_entries = 1)]
    fn badly(n: u32) -> std::sync::Arc<DropsBadly> {
        std::sync::Arc::new(DropsBadly(n == 1))
    }
    let _time = isolate();
    drop(badly(1));
    let evicting = catch_unwind(AssertUnwindSafe(|| {
        (2..10).for_each(|n| drop(badly(n)));
    }));
    assert!(evicting.is_err());
    assert_eq!(badly::stats().running, 0);
    drop(badly(3));
    assert!(badly::lookup(3).is_hit());
    dropped(1);
}

#[test]
fn a_panic_that_carries_a_panic_does_not_end_the_maintenance() {
    /// Panics with a payload that panics when it is dropped.
    #[derive(Debug)]
    struct Worse(bool);
    impl Clone for Worse {
        fn clone(&self) -> Self {
            Self(true)
        }
    }
    impl Drop for Worse {
        fn drop(&mut self) {
            struct Payload;
            impl Drop for Payload {
                fn drop(&mut self) {
                    panic!("a payload that panics");
                }
            }
            if self.0 && !std::thread::panicking() {
                std::panic::panic_any(Payload);
            }
        }
    }
    #[cached(ttl = 1)]
    fn worse(n: u32) -> Worse {
        let _ = n;
        Worse(false)
    }
    #[cached(ttl = 10)]
    fn after(n: u32) -> u32 {
        n
    }
    let time = isolate();
    std::mem::forget(worse(1));
    after(1);
    time.advance(std::time::Duration::from_secs(2));
    time.advance(std::time::Duration::from_secs(20));
    assert_eq!((worse::stats().entries, after::stats().entries), (0, 0));
}

#[test]
fn large_values_do_not_pass_over_the_stack_more_often_than_they_must() {
    #[cached]
    fn large(n: u64) -> [u64; 2048] {
        [n; 2048]
    }
    let time = isolate();
    assert_eq!(large(3)[7], 3);
    assert_eq!(time.hit(|| large(3))[7], 3);
}
