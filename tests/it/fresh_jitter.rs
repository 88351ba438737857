//! Ten thousand values that were stored together are not loaded together again, with `jitter` or `early`; without, they are.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Waker};
use std::time::Duration;

use larder::cached;
use larder::testing::{Isolated, isolate};

use crate::support::{Gate, seconds};

const KEYS: usize = 10_000;

static RUNS: AtomicUsize = AtomicUsize::new(0);

fn run() -> usize {
    RUNS.fetch_add(1, SeqCst)
}

#[cached(ttl = 100)]
fn together(key: usize) -> usize {
    let _ = key;
    run()
}

#[cached(ttl = 100, jitter = 0.5)]
fn spread(key: usize) -> usize {
    let _ = key;
    run()
}

#[cached(ttl = 100, stale_while_revalidate = 100)]
fn revalidated_together(key: usize) -> usize {
    let _ = key;
    run()
}

#[cached(ttl = 100, jitter = 0.5, stale_while_revalidate = 100)]
fn revalidated(key: usize) -> usize {
    let _ = key;
    run()
}

#[cached(ttl = 1000, refresh = 100, jitter = 0.5)]
fn refreshed(key: usize) -> usize {
    let _ = key;
    run()
}

/// How many ran in each slice of this length, while every key is read once in it.
fn loads(time: &Isolated, slice: Duration, slices: usize, read: impl Fn(usize)) -> Vec<usize> {
    RUNS.store(0, SeqCst);
    (0..slices)
        .map(|_| {
            let before = RUNS.load(SeqCst);
            (0..KEYS).for_each(&read);
            time.settle();
            time.advance(slice);
            time.settle();
            RUNS.load(SeqCst) - before
        })
        .collect()
}

/// The largest share of the keys that ran in one slice after the first, in which all were stored.
fn largest_share(loads: &[usize]) -> f64 {
    assert_eq!(loads[0], KEYS);
    *loads[1..].iter().max().unwrap() as f64 / KEYS as f64
}

#[test]
fn without_jitter_values_that_were_stored_together_are_loaded_together() {
    let time = isolate();
    assert_eq!(largest_share(&loads(&time, seconds(5), 45, |key| _ = together(key))), 1.0);
    assert_eq!(largest_share(&loads(&time, seconds(5), 45, |key| _ = revalidated_together(key))), 1.0);
}

/// Lifetimes are between 50 s and 100 s, as likely one as the other: a tenth ends in each slice of 5 s, and less once generations mix.
#[test]
fn with_jitter_no_slice_of_time_has_more_than_its_share_of_loads() {
    let time = isolate();
    for loads in [
        loads(&time, seconds(5), 45, |key| _ = spread(key)),
        loads(&time, seconds(5), 45, |key| _ = revalidated(key)),
        loads(&time, seconds(5), 45, |key| _ = refreshed(key)),
    ] {
        let share = largest_share(&loads);
        // By chance it is more than 0.115 once in a million times.
        assert!((0.09..0.12).contains(&share), "{share}: {loads:?}");
        assert_eq!(
            loads[1..10].iter().sum::<usize>(),
            0,
            "nothing ends before half of its lifetime is over: {loads:?}"
        );
        // A value lives 75 s in the mean: every fifteenth ends in a slice, once the generations have mixed.
        assert!(loads[35..].iter().all(|slice| (300..900).contains(slice)), "{loads:?}");
    }
}

#[cached(ttl = 60, stale_while_revalidate = 60, early = true, ignore = [gate])]
async fn early(key: usize, gate: Arc<Gate>) -> usize {
    let _ = key;
    gate.pass_async().await;
    run()
}

/// All values are stored at one time, after loads of 2 s each.
fn load_all(gate: &Arc<Gate>, time: &Isolated) {
    let mut running: Vec<_> = (0..KEYS).map(|key| Box::pin(early(key, gate.clone()))).collect();
    let mut context = Context::from_waker(Waker::noop());
    assert!(running.iter_mut().all(|call| call.as_mut().poll(&mut context).is_pending()));
    time.advance(seconds(2));
    gate.open();
    assert!(running.iter_mut().all(|call| call.as_mut().poll(&mut context).is_ready()));
}

/// By `early` a hit refreshes with the likelihood `exp(-left / cost)`, so that with loads of 2 s refreshes begin some 10 s before the end. For keys that are read every
/// second, the largest share by theory is 0.21, 1 s before the end, and 0.14 are left for the end.
#[test]
fn early_refreshes_spread_over_the_last_seconds() {
    let time = isolate();
    let gate = Arc::new(Gate::default());
    load_all(&gate, &time);
    RUNS.store(KEYS, SeqCst);
    let mut loads = vec![KEYS];
    for _ in 0..61 {
        time.advance(seconds(1));
        let before = RUNS.load(SeqCst);
        (0..KEYS).for_each(|key| _ = pollster::block_on(early(key, gate.clone())));
        time.settle();
        loads.push(RUNS.load(SeqCst) - before);
    }
    let share = largest_share(&loads);
    assert!((0.15..0.25).contains(&share), "{share}: {loads:?}");
    assert_eq!(loads[1..20].iter().sum::<usize>(), 0, "40 s before the end is 20 times the cost: {loads:?}");
    assert!(loads[55] > 100, "5 s before the end: {loads:?}");
    assert!(loads[60] < 2000, "at the end: {loads:?}");
    assert_eq!(loads.iter().sum::<usize>(), 2 * KEYS, "each key is refreshed once: {loads:?}");
    assert_eq!(early::stats().misses, KEYS as u64, "nobody waited");
}
