//! Behaviours under concurrent callers.

use std::{sync::Barrier, thread};

use super::{LONG, Trial, trial::Subject, values::pattern};
use crate::store::bytes::Store;

/// Every addition counts, and each caller is told another sum.
pub fn concurrent_adds_lose_nothing<S: Store>(trial: Trial<'_, S>) {
    let sums = together(&trial.subject, |store, _| {
        (0..TURNS).map(|_| store.add("a", 1, 0, LONG)).collect::<Vec<_>>()
    });
    let mut sums = sums.concat();
    sums.sort_unstable();
    assert_eq!(sums, (1..=THREADS * TURNS).collect::<Vec<_>>());
    assert_eq!(trial.subject.number("a"), Some(THREADS * TURNS));
}

/// The highest stays, and no caller is told a lower number than its own.
pub fn concurrent_raises_keep_the_highest<S: Store>(trial: Trial<'_, S>) {
    together(&trial.subject, |store, thread| {
        let mut before = 0;
        for turn in 0..TURNS {
            // every thread counts in another order
            let to = (turn * (2 * thread + 1)) % TURNS + 1;
            let is = store.raise("a", to, LONG);
            assert!(is >= to.max(before), "raised to at least {to}, told {is} after {before}");
            before = is;
        }
    });
    assert_eq!(trial.subject.number("a"), Some(TURNS));
}

/// Of all who put if there is nothing, one does, and its value is the one that is there.
pub fn one_of_many_puts_if_absent<S: Store>(trial: Trial<'_, S>) {
    for round in 0..10 {
        let key = format!("lock:{round}");
        let put = together(&trial.subject, |store, thread| store.put_if_absent(&key, &[thread as u8], LONG));
        let winner: Vec<u8> = (0..).zip(&put).filter(|(_, put)| **put).map(|(thread, _)| thread).collect();
        assert_eq!(winner.len(), 1, "{put:?}");
        assert_eq!(trial.subject.get(&key), Some(winner));
    }
}

/// Of all who remove a value, one finds it.
pub fn one_of_many_removes<S: Store>(trial: Trial<'_, S>) {
    for round in 0..10 {
        trial.subject.put("a", b"one", LONG);
        let removed = together(&trial.subject, |store, thread| {
            if (thread + round) % 2 == 0 { store.remove("a") } else { store.remove_if("a", b"one") }
        });
        assert_eq!(removed.iter().filter(|removed| **removed).count(), 1, "{removed:?}");
    }
}

/// While a value is replaced, readers get the old or the new one, whole.
pub fn a_value_is_never_torn<S: Store>(trial: Trial<'_, S>) {
    let length = trial.subject.store().capabilities().largest_value.unwrap_or(usize::MAX).min(100_000);
    let ours = [pattern(length), vec![b'x'; length / 2], vec![b'y'; 3]];
    trial.subject.put("a", &ours[0], LONG);
    together(&trial.subject, |store, thread| {
        for turn in 0..TURNS as usize {
            if thread % 2 == 0 {
                store.put("a", &ours[(turn + thread as usize) % ours.len()], LONG);
            } else {
                let got = store.get("a").expect("there is always one");
                assert!(ours.contains(&got), "{} bytes that nobody stored", got.len());
            }
        }
    });
}

/// What each of the threads gives that do `work` at the same time.
fn together<S: Store, T: Send>(
    store: &Subject<'_, S>,
    work: impl Fn(&Subject<'_, S>, u64) -> T + Sync,
) -> Vec<T> {
    let start = Barrier::new(THREADS as usize);
    let (start, work) = (&start, &work);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    start.wait();
                    work(store, thread)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

const THREADS: u64 = 4;
const TURNS: u64 = 25;
