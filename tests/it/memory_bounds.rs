//! Bounds: a cache never holds more than it may, whoever leaves first.

use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering::SeqCst};
use std::thread;

use larder::testing::isolate;
use larder::{Policy, cached};

macro_rules! bounded {
    ($($policy:ident)*) => {$(
        #[cached(max_entries = 100, policy = $policy)]
        fn $policy(n: u32) -> u32 {
            n
        }
    )*
        /// Each function, its statistics and its policy's name.
        const BOUNDED: &[(fn(u32) -> u32, fn() -> larder::FunctionStats, &str)] =
            &[$(($policy, $policy::stats, stringify!($policy))),*];
    };
}

bounded!(tenure lru lfu fifo lifo mru random s3fifo tinylfu sieve);

#[test]
fn a_hundred_entries_are_never_a_hundred_and_one() {
    let _time = isolate();
    for (call, stats, name) in BOUNDED {
        for n in 0..10_000_u32 {
            // some keys come back, some never
            assert_eq!(call(if n % 3 == 0 { n % 50 } else { n }), if n % 3 == 0 { n % 50 } else { n });
            assert!(stats().entries <= 100, "{name} holds {}", stats().entries);
        }
        let stats = stats();
        assert_eq!(stats.entries, 100, "{name} is full");
        assert_eq!(stats.insertions - stats.evicted_by_count, 100, "{name}");
    }
}

#[test]
fn the_bound_holds_between_threads() {
    let _time = isolate();
    for (call, stats, name) in BOUNDED {
        thread::scope(|scope| {
            let callers: Vec<_> = (0..4_u32)
                .map(|start| scope.spawn(move || (0..5_000).for_each(|n| _ = call(n * (start + 1) % 700))))
                .collect();
            while !callers.iter().all(|caller| caller.is_finished()) {
                assert!(stats().entries <= 100, "{name} holds {}", stats().entries);
            }
        });
        assert!(stats().entries <= 100, "{name}");
    }
}

#[test]
fn every_policy_has_a_name_to_parse() {
    for (_, _, name) in BOUNDED {
        let policy: Policy = name.parse().unwrap();
        assert_eq!(policy.to_string(), *name);
    }
    let error = "lur".parse::<Policy>().unwrap_err().to_string();
    assert!(error.contains("lru"), "{error}");
}

#[test]
fn many_shards_hold_no_more_than_one() {
    #[cached(max_entries = 10_000)]
    fn many(n: u32) -> u32 {
        n
    }
    let _time = isolate();
    for n in 0..40_000 {
        many(n);
    }
    let entries = many::stats().entries;
    assert!((9_900..=10_000).contains(&entries), "{entries}");
}

#[test]
fn a_bound_can_be_changed_while_the_program_runs() {
    #[cached(max_entries = 10_000)]
    fn changing(n: u32) -> u32 {
        n
    }
    let time = isolate();
    let handle = changing::handle();
    (0..10_000).for_each(|n| _ = changing(n));
    handle.set_max_entries(Some(10));
    assert!(handle.len() <= 10, "the surplus leaves before the call returns: {}", handle.len());
    (0..1_000).for_each(|n| _ = changing(n));
    assert_eq!(handle.len(), 10);
    time.hit(|| changing(999));
    handle.set_max_entries(Some(0));
    assert_eq!(handle.len(), 0);
    assert_eq!(changing(1), 1);
    assert_eq!(handle.len(), 0, "a bound of nothing keeps nothing");
    handle.set_max_entries(None);
    (0..20_000).for_each(|n| _ = changing(n));
    assert_eq!(handle.len(), 20_000);
    handle.set_max_entries(Some(10_000));
}

/// Counts how many of it are alive.
#[derive(Debug)]
struct Counted(Arc<AtomicIsize>);

impl Counted {
    fn new(alive: &Arc<AtomicIsize>) -> Self {
        alive.fetch_add(1, SeqCst);
        Self(alive.clone())
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[test]
fn what_left_is_dropped() {
    #[cached(max_entries = 10, ignore = [alive])]
    fn counted(n: u32, alive: &Arc<AtomicIsize>) -> Counted {
        let _ = n;
        Counted::new(alive)
    }
    let _time = isolate();
    let alive = Arc::new(AtomicIsize::new(0));
    for n in 0..1_000 {
        counted(n, &alive);
        let alive = alive.load(SeqCst);
        assert!(alive <= 12, "{alive} values are alive beside a bound of 10");
    }
    counted::clear();
    assert_eq!(alive.load(SeqCst), 0);
}
