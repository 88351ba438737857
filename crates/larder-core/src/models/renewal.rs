//! The slot for a run in the background: one at a time, and free again whatever becomes of it.

use loom::thread;

use super::check;
use crate::{
    fresh::{Renewal, Rules},
    sync::{Arc, AtomicU64, Ordering::SeqCst},
};

const RULES: &Rules = &Rules { while_revalidate: 10, ..Rules::NONE };

/// By then every pause after a failure is over.
const LATER: u64 = u64::MAX - 1;

/// Two callers see that a run is due: one of them runs, the other is served and goes on. Then the slot is free.
#[test]
fn loom_one_caller_claims_a_run_that_is_due() {
    check(3, || {
        let renewal = Renewal::new(RULES, 0);
        let running = Arc::new(AtomicU64::new(0));
        let caller = |renewal: Arc<Renewal>, running: Arc<AtomicU64>| {
            let Some(mut claim) = Renewal::claim(&renewal, 5) else { return };
            claim.start();
            assert_eq!(running.fetch_add(1, SeqCst), 0, "two runs at a time");
            running.fetch_sub(1, SeqCst);
            claim.done();
        };
        let other = thread::spawn({
            let (renewal, running) = (renewal.clone(), running.clone());
            move || caller(renewal, running)
        });
        caller(renewal.clone(), running);
        other.join().unwrap();
        assert!(Renewal::claim(&renewal, 5).is_some(), "the slot is taken although nothing runs");
    });
}

/// A run is lost (its runtime closed, the queue was full) while a caller looks whether it might run: the key is never stale for ever.
#[test]
fn loom_a_lost_run_gives_the_slot_back() {
    check(3, || {
        let renewal = Renewal::new(RULES, 0);
        let mut lost = Renewal::claim(&renewal, 5).expect("nothing runs");
        lost.start();
        let other = thread::spawn(move || drop(lost));
        let early = Renewal::claim(&renewal, 5).is_some();
        other.join().unwrap();
        assert!(!early || !renewal.is_resting(5), "a caller ran before the pause after the failure was over");
        assert!(Renewal::claim(&renewal, LATER).is_some(), "the slot is taken although nothing runs");
    });
}

/// A call stores a value, or fails, while a run in the background ends: whichever comes last, the slot is free in the end.
#[test]
fn loom_a_call_and_a_run_that_end_together_leave_the_slot_free() {
    for fails in [false, true] {
        check(3, move || {
            let renewal = Renewal::new(RULES, 0);
            let mut claim = Renewal::claim(&renewal, 5).expect("nothing runs");
            claim.start();
            let other = thread::spawn(move || claim.done());
            if fails {
                renewal.count_failure();
                renewal.failed(5, 1);
            } else {
                renewal.stored(5, 1);
            }
            other.join().unwrap();
            assert_ne!(renewal.due(), u64::MAX, "the slot is taken although nothing runs");
            assert!(Renewal::claim(&renewal, LATER).is_some());
        });
    }
}
