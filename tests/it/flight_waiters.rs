//! Single flight: who waits for whom, and what they get.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Barrier, Mutex, mpsc};
use std::thread;

use larder::testing::isolate;
use larder::{Source, cached};

use crate::support::{eventually, waiting};

/// Runs until it is told what to answer.
#[cached(ignore = [started, answer])]
fn asked(
    key: u32,
    started: &Barrier,
    answer: &Mutex<mpsc::Receiver<Result<u32, String>>>,
) -> Result<u32, String> {
    let _ = key;
    started.wait();
    answer.lock().unwrap().recv().unwrap()
}

#[derive(Debug, PartialEq, Eq)]
struct NotClone(u32);

static ATTEMPTS: AtomicU32 = AtomicU32::new(0);

#[cached(ignore = [started, others])]
fn failing(key: u32, started: &Barrier, others: &Barrier) -> Result<u32, NotClone> {
    if ATTEMPTS.fetch_add(1, SeqCst) == 0 {
        started.wait();
        waiting(key as usize, failing::stats);
    } else {
        // ends only when all who were released are in here at once
        others.wait();
    }
    Err(NotClone(key))
}

#[test]
fn sixty_four_callers_of_a_missing_key_run_it_once() {
    let _time = isolate();
    let started = Barrier::new(2);
    let (tell, answer) = mpsc::channel();
    let answer = Mutex::new(answer);
    let sources = thread::scope(|scope| {
        let call = || {
            let found = asked::lookup(1, &started, &answer);
            assert_eq!(found.value, Ok(7));
            found.source
        };
        let callers: Vec<_> = (0..64).map(|_| scope.spawn(call)).collect();
        started.wait();
        waiting(63, asked::stats);
        tell.send(Ok(7)).unwrap();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(sources.iter().filter(|source| **source == Source::Miss).count(), 1);
    assert_eq!(sources.iter().filter(|source| **source == Source::Coalesced).count(), 63);
    let stats = asked::stats();
    assert_eq!((stats.loads, stats.misses, stats.coalesced, stats.running), (1, 64, 63, 0));
}

#[test]
fn waiters_share_an_error_that_can_be_cloned_and_it_is_not_kept() {
    let time = isolate();
    let started = Barrier::new(2);
    let (tell, answer) = mpsc::channel();
    let answer = Mutex::new(answer);
    thread::scope(|scope| {
        let call = || asked(2, &started, &answer);
        let callers = [scope.spawn(call), scope.spawn(call), scope.spawn(call)];
        started.wait();
        waiting(2, asked::stats);
        tell.send(Err("down".into())).unwrap();
        for caller in callers {
            assert_eq!(caller.join().unwrap(), Err("down".into()));
        }
        assert_eq!(asked::stats().loads, 1);
        assert_eq!(asked::peek(2), None);
        tell.send(Ok(1)).unwrap();
        scope.spawn(|| started.wait());
        assert_eq!(time.miss(|| asked(2, &started, &answer)), Ok(1));
    });
}

#[test]
fn an_error_that_cannot_be_cloned_releases_all_waiters_at_once() {
    let _time = isolate();
    ATTEMPTS.store(0, SeqCst);
    let (started, others) = (Barrier::new(2), Barrier::new(5));
    thread::scope(|scope| {
        let call = || failing(5, &started, &others);
        let callers: Vec<_> = (0..6).map(|_| scope.spawn(call)).collect();
        started.wait();
        for caller in callers {
            assert_eq!(caller.join().unwrap(), Err(NotClone(5)));
        }
    });
    assert_eq!(failing::stats().loads, 6);
    assert_eq!(failing::stats().running, 0);
}

#[test]
fn ten_thousand_keys_leave_an_empty_table() {
    #[cached(max_entries = 100)]
    fn id(n: u32) -> u32 {
        n
    }
    let _time = isolate();
    thread::scope(|scope| {
        for start in 0..4_u32 {
            scope.spawn(move || {
                (0..10_000)
                    .for_each(|n| assert_eq!(id((n + start * 2_500) % 10_000), (n + start * 2_500) % 10_000))
            });
        }
    });
    eventually("no computation is listed", || id::stats().running == 0);
    assert!(id::stats().entries <= 100);
}
