//! What an invalidation does to computations that run: their value is given to who waited before, and to nobody after.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Barrier, mpsc};
use std::thread;

use larder::cached;
use larder::testing::isolate;

use crate::support::waiting;

static TRUTH: AtomicU32 = AtomicU32::new(0);

/// Reads the truth, and returns when it is told to.
#[cached(ignore = [read, go])]
fn slowly(key: u32, read: &Barrier, go: &Barrier) -> u32 {
    let _ = key;
    let truth = TRUTH.load(SeqCst);
    read.wait();
    go.wait();
    truth
}

#[cached(ignore = [read, go])]
fn outer(key: u32, read: &Barrier, go: &Barrier) -> u32 {
    slowly(key, read, go) * 10
}

/// Starts a call, changes the truth and invalidates while it runs; the next call must compute anew.
fn overtake(invalidate: fn(), call: fn(&Barrier, &Barrier) -> u32, scale: u32) {
    let _time = isolate();
    TRUTH.store(1, SeqCst);
    let (read, go) = (Barrier::new(2), Barrier::new(2));
    let (read_again, go_again) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let old = scope.spawn(|| call(&read, &go));
        read.wait();
        TRUTH.store(2, SeqCst);
        invalidate();
        let new = scope.spawn(|| call(&read_again, &go_again));
        // the new call runs the function although the old one still does
        read_again.wait();
        go.wait();
        assert_eq!(old.join().unwrap(), scale, "who came before may have the old value");
        go_again.wait();
        assert_eq!(new.join().unwrap(), 2 * scale, "who came after may not");
    });
    let unused = Barrier::new(1);
    assert_eq!(call(&unused, &unused), 2 * scale, "and it was not stored");
    assert_eq!(slowly::stats().rejected_writes, 1);
}

#[test]
fn invalidating_the_key_overtakes_a_computation() {
    overtake(|| assert!(!slowly::invalidate(1)), |read, go| slowly(1, read, go), 1);
}

#[test]
fn clearing_the_function_overtakes_a_computation() {
    overtake(slowly::clear, |read, go| slowly(1, read, go), 1);
}

#[test]
fn a_caller_of_the_caller_is_overtaken_too() {
    overtake(
        || {
            slowly::invalidate(1);
            outer::invalidate(1);
        },
        |read, go| outer(1, read, go),
        10,
    );
}

#[test]
fn an_inserted_value_is_not_replaced_by_a_computation_that_began_before() {
    let time = isolate();
    TRUTH.store(1, SeqCst);
    let (read, go) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let old = scope.spawn(|| slowly(1, &read, &go));
        read.wait();
        slowly::insert(1, 5);
        go.wait();
        assert_eq!(old.join().unwrap(), 1);
    });
    let unused = Barrier::new(1);
    assert_eq!(time.hit(|| slowly(1, &unused, &unused)), 5);
}

#[test]
fn waiters_from_before_get_the_old_value_and_waiters_from_after_the_new_one() {
    let _time = isolate();
    TRUTH.store(1, SeqCst);
    let (read, go) = (Barrier::new(2), Barrier::new(2));
    let (read_again, go_again) = (Barrier::new(2), Barrier::new(2));
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let leader = scope.spawn(|| slowly(1, &read, &go));
        read.wait();
        let before = scope.spawn(|| slowly(1, &read_again, &go_again));
        waiting(1, slowly::stats);
        TRUTH.store(2, SeqCst);
        slowly::invalidate(1);
        let after = scope.spawn(|| {
            let value = slowly(1, &read_again, &go_again);
            tell.send(()).unwrap();
            value
        });
        read_again.wait();
        let joined = scope.spawn(|| slowly(1, &read, &go));
        waiting(2, slowly::stats);
        go.wait();
        assert_eq!(leader.join().unwrap(), 1);
        assert_eq!(before.join().unwrap(), 1);
        assert!(told.try_recv().is_err(), "the new computation still runs");
        go_again.wait();
        assert_eq!(after.join().unwrap(), 2);
        assert_eq!(joined.join().unwrap(), 2);
    });
}

#[test]
fn an_invalidated_inner_value_invalidates_what_was_made_from_it() {
    static RATE: AtomicU32 = AtomicU32::new(0);

    #[cached]
    fn rate(currency: &str) -> u32 {
        let _ = currency;
        RATE.load(SeqCst)
    }
    #[cached]
    fn price(amount: u32) -> u32 {
        amount * rate("eur")
    }
    #[cached]
    fn total(amount: u32) -> u32 {
        price(amount) + price(amount + 1)
    }

    let time = isolate();
    RATE.store(2, SeqCst);
    assert_eq!(total(10), 42);
    // read from the cache, the inner values count as well
    total::invalidate(10);
    assert_eq!(time.miss(|| total(10)), 42);
    assert_eq!(price::stats().loads, 2);
    RATE.store(3, SeqCst);
    assert_eq!(time.hit(|| total(10)), 42);
    rate::invalidate("eur");
    assert_eq!(total::peek(10), None);
    assert_eq!(time.miss(|| total(10)), 63);
    rate::invalidate("usd");
    assert_eq!(time.hit(|| total(10)), 63);
    RATE.store(4, SeqCst);
    rate::clear();
    assert_eq!(total(10), 84);
}

#[test]
fn a_value_computed_right_after_an_invalidation_is_as_good_as_any() {
    /// Its drop, in the middle of `invalidate`, computes the key anew.
    #[derive(Debug)]
    struct Eager;
    impl Clone for Eager {
        fn clone(&self) -> Self {
            Self
        }
    }
    static ONCE: AtomicU32 = AtomicU32::new(0);
    impl Drop for Eager {
        fn drop(&mut self) {
            if ONCE.fetch_sub(1, SeqCst) == 1 {
                std::mem::forget(child(1));
            }
        }
    }
    #[cached]
    fn child(n: u32) -> Eager {
        let _ = n;
        Eager
    }
    #[cached]
    fn parent(n: u32) -> u32 {
        std::mem::forget(child(n));
        n
    }
    let time = isolate();
    ONCE.store(0, SeqCst);
    parent(1);
    ONCE.store(1, SeqCst);
    child::invalidate(1);
    time.miss(|| parent(1));
    time.hit(|| parent(1));
    assert_eq!(parent::stats().rejected_writes, 0);
    ONCE.store(0, SeqCst);
}
