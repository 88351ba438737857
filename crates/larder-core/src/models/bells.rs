//! Somebody waits for a lock while its holder rings: the ring is heard, whenever it comes, and nothing is left of the wait.

use loom::{
    future::block_on,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering::SeqCst},
    thread,
};

use super::check;
use crate::bells::Bells;

/// The bell is hung up first and the lock looked at afterwards, as `shared/locking.rs` does: it is free, or its release rings.
#[test]
fn loom_a_release_is_never_slept_through() {
    check(3, || {
        let bells = Arc::new(Bells::new());
        let is_taken = Arc::new(AtomicBool::new(true));
        let holder = thread::spawn({
            let (bells, is_taken) = (bells.clone(), is_taken.clone());
            move || {
                is_taken.store(false, SeqCst);
                bells.ring("lock");
            }
        });
        let hung = bells.hang("lock");
        while is_taken.load(SeqCst) {
            // A model that deadlocks here has lost the ring.
            block_on(hung.rung());
        }
        drop(hung);
        holder.join().unwrap();
        assert!(bells.is_empty());
    });
}

/// One who waits goes while the other is rung for: the ring reaches the one that is there.
#[test]
fn loom_who_goes_takes_nobody_elses_ring() {
    check(3, || {
        let bells = Arc::new(Bells::new());
        let going = thread::spawn({
            let bells = bells.clone();
            move || drop(bells.hang("lock"))
        });
        let hung = bells.hang("lock");
        let holder = thread::spawn({
            let bells = bells.clone();
            move || bells.ring("lock")
        });
        block_on(hung.rung());
        going.join().unwrap();
        holder.join().unwrap();
        drop(hung);
        assert!(bells.is_empty());
    });
}
