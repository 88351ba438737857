//! `lock`: of the processes that miss a key at the same time one runs the function, and the others wait for it, but never longer than they may.
//!
//! The two processes of these tests are two functions of one name ([`crate::twins`]); in `stampede.rs` they are real.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::task::{Context, Waker};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use larder::store::{Answer, Operation};
use larder::testing::{Fault, Isolated, isolate};
use larder::{CallOptions, Lookup, Source, cached, with_options};

use crate::eventually;
use crate::twins::Between;

/// A store that tells of releases, and one that does not.
static TELLING: LazyLock<Arc<Between>> = LazyLock::new(|| Between::new(true));
static SILENT: LazyLock<Arc<Between>> = LazyLock::new(|| Between::new(false));

/// What runs of the functions do, by id.
static WORK: LazyLock<Work> = LazyLock::new(Work::default);

#[derive(Default)]
struct Work {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    runs: HashMap<u32, u32>,
    /// Ids whose runs are held up.
    held: HashSet<u32>,
    /// How many runs of an id go on now, and most did at a time.
    now: HashMap<u32, u32>,
    most: HashMap<u32, u32>,
}

impl Work {
    /// A run: gives its number.
    fn run(&self, id: u32) -> u32 {
        let mut state = self.state.lock().unwrap();
        let run = state.runs.entry(id).or_default();
        *run += 1;
        let run = *run;
        let now = state.now.entry(id).or_default();
        *now += 1;
        let now = *now;
        let most = state.most.entry(id).or_default();
        *most = now.max(*most);
        self.changed.notify_all();
        let mut state = self.changed.wait_while(state, |state| state.held.contains(&id)).unwrap();
        *state.now.get_mut(&id).unwrap() -= 1;
        run
    }

    fn hold(&self, id: u32) {
        self.state.lock().unwrap().held.insert(id);
    }

    fn let_go(&self, id: u32) {
        self.state.lock().unwrap().held.remove(&id);
        self.changed.notify_all();
    }

    fn runs(&self, id: u32) -> u32 {
        self.state.lock().unwrap().runs.get(&id).copied().unwrap_or_default()
    }

    fn most(&self, id: u32) -> u32 {
        self.state.lock().unwrap().most.get(&id).copied().unwrap_or_default()
    }

    /// Waits until so many runs have begun.
    #[track_caller]
    fn await_runs(&self, id: u32, runs: u32) {
        eventually("a run", || self.runs(id) >= runs);
    }
}

#[cached(name = "twin", ttl = 60, store = TELLING.side(0), lock = 60)]
fn left(id: u32) -> u32 {
    WORK.run(id)
}

#[cached(name = "twin", ttl = 60, store = TELLING.side(1), lock = 60)]
fn right(id: u32) -> u32 {
    WORK.run(id)
}

#[cached(name = "silent_twin", ttl = 60, store = SILENT.side(0), lock = 60)]
fn silent_left(id: u32) -> u32 {
    WORK.run(id)
}

#[cached(name = "silent_twin", ttl = 60, store = SILENT.side(1), lock = 60)]
fn silent_right(id: u32) -> u32 {
    WORK.run(id)
}

/// What is there of the function `twin`.
fn lock_of(id: u32) -> Option<Vec<u8>> {
    TELLING.value("l", "twin", id)
}

/// Calls in a thread, and waits until the call waits for another process.
#[track_caller]
fn waiting(id: u32, call: fn(u32) -> Lookup<u32>) -> JoinHandle<Lookup<u32>> {
    let waiting = thread::spawn(move || call(id));
    eventually("somebody waits", || TELLING.value("w", "twin", id).is_some());
    waiting
}

/// Calls in a thread, and waits until the function runs.
#[track_caller]
fn holding(id: u32, call: fn(u32) -> u32) -> JoinHandle<u32> {
    let runs = WORK.runs(id);
    WORK.hold(id);
    let holding = thread::spawn(move || call(id));
    WORK.await_runs(id, runs + 1);
    holding
}

/// Lets time pass, slowly enough that whoever it wakes comes to its turn.
#[track_caller]
fn pass_until(time: &Isolated, what: &str, mut holds: impl FnMut() -> bool) {
    eventually(what, || {
        time.advance(Duration::from_millis(10));
        thread::park_timeout(Duration::from_millis(1));
        holds()
    });
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn one_of_two_processes_runs_and_wakes_the_other() {
    let _alone = isolate();
    let holder = holding(1, left);
    let before = TELLING.store.batches();
    // No time passes, so that nothing but the release can end the wait.
    let waiter = waiting(1, right::lookup);
    eventually("it has looked once more", || TELLING.store.batches() - before == 3);
    WORK.let_go(1);
    let (value, lookup) = (holder.join().unwrap(), waiter.join().unwrap());
    assert_eq!((lookup.value, lookup.source), (value, Source::Coalesced));
    assert_eq!(WORK.runs(1), 1);
    let stats = right::stats();
    assert_eq!((stats.misses, stats.coalesced, stats.hits, stats.loads), (1, 1, 0, 0));
    assert_eq!(right(1), value);
    // Of the waiter: read, asked for the lock, once more with its wish, and when it was woken, where it may have got the lock, which it gives back; the holder has written.
    let batches = TELLING.store.batches() - before;
    assert!(batches <= 3 + 1 + 1 + 1 + 1, "{batches}");
    eventually("nobody has the lock", || lock_of(1).is_none());
}

#[test]
fn the_same_for_futures() {
    let _alone = isolate();
    let holder = holding_async(2);
    let waiter = thread::spawn(|| pollster::block_on(right_async::lookup(2)));
    eventually("somebody waits", || TELLING.value("w", "async_twin", 2).is_some());
    WORK.let_go(2);
    let (value, lookup) = (holder.join().unwrap(), waiter.join().unwrap());
    assert_eq!((lookup.value, lookup.source, WORK.runs(2)), (value, Source::Coalesced, 1));
    assert_eq!(pollster::block_on(right_async(2)), value);
    assert_eq!(TELLING.value("l", "async_twin", 2), None);
}

#[cached(name = "async_twin", ttl = 60, store = TELLING.side(0), lock = 60)]
async fn left_async(id: u32) -> u32 {
    WORK.run(id)
}

#[cached(name = "async_twin", ttl = 60, store = TELLING.side(1), lock = 60)]
async fn right_async(id: u32) -> u32 {
    WORK.run(id)
}

fn holding_async(id: u32) -> JoinHandle<u32> {
    WORK.hold(id);
    let holding = thread::spawn(move || pollster::block_on(left_async(id)));
    WORK.await_runs(id, 1);
    holding
}

#[cached(name = "unlocked", ttl = 60, store = TELLING.side(0))]
fn unlocked(id: u32) -> u32 {
    id
}

#[test]
fn a_miss_takes_one_batch_more_and_tells_nobody() {
    let _alone = isolate();
    let batches = |work: &dyn Fn()| {
        let before = TELLING.store.batches();
        work();
        TELLING.store.batches() - before
    };
    left(3);
    unlocked(3);
    let told = TELLING.told().len();
    assert_eq!(batches(&|| _ = unlocked(4)), 3, "read, records, written");
    assert_eq!(batches(&|| _ = left(4)), 4, "read, records, lock, written and released");
    assert_eq!(batches(&|| _ = left(4)), 1, "a hit");
    assert_eq!(batches(&|| _ = left::refresh(4)), 2, "the lock is asked for with the first batch");
    assert_eq!(lock_of(4), None);
    assert_eq!(TELLING.told().len(), told, "nobody waited");
}

#[test]
fn two_keys_do_not_wait_for_each_other() {
    let _alone = isolate();
    let holder = holding(5, left);
    assert_eq!((right(6), WORK.runs(6)), (1, 1));
    WORK.let_go(5);
    holder.join().unwrap();
}

#[test]
fn who_has_waited_long_enough_runs_the_function() {
    let time = isolate();
    let holder = holding(7, left);
    let waiter = waiting(7, right::lookup);
    // The holder extends its lease meanwhile.
    for _ in 0..118 {
        time.advance(Duration::from_millis(500));
        time.settle();
    }
    assert!(!waiter.is_finished());
    assert_eq!(WORK.runs(7), 1);
    pass_until(&time, "its time is over", || WORK.runs(7) == 2);
    assert!(lock_of(7).is_some(), "the other one still has the lock");
    WORK.let_go(7);
    assert_eq!(waiter.join().unwrap().source, Source::Miss);
    holder.join().unwrap();
    assert_eq!(lock_of(7), None);
}

#[test]
fn who_cannot_be_told_looks_after_pauses_that_grow() {
    let time = isolate();
    WORK.hold(8);
    let holder = thread::spawn(|| silent_left(8));
    WORK.await_runs(8, 1);
    let waiter = thread::spawn(|| silent_right::lookup(8));
    eventually("it waits", || SILENT.store.batches() >= 5);
    let before = SILENT.store.batches();
    for _ in 0..500 {
        time.advance(Duration::from_millis(10));
        thread::yield_now();
    }
    // After 10 ms, 20 ms, and so on, up to half a second.
    let looks = SILENT.store.batches() - before;
    assert!(looks <= 20, "{looks} batches in five seconds, the holder's own among them");
    WORK.let_go(8);
    let value = holder.join().unwrap();
    pass_until(&time, "it has found the value", || waiter.is_finished());
    assert_eq!((waiter.join().unwrap().value, WORK.runs(8)), (value, 1));
    assert_eq!(silent_right(8), value);
}

#[test]
fn a_holder_that_is_gone_costs_its_lease() {
    let time = isolate();
    left(9);
    left::invalidate(9).unwrap();
    let lock = TELLING.key("l", "twin", 9).unwrap();
    let gone = Operation::PutIfAbsent { key: lock.clone(), value: b"gone".into(), ttl: seconds(3) };
    assert_eq!(TELLING.ask(gone), Answer::Done(true));
    let waiter = waiting(9, right::lookup);
    time.advance(seconds(2));
    assert_eq!(WORK.runs(9), 1);
    pass_until(&time, "the lease is over", || WORK.runs(9) == 2);
    assert_eq!(waiter.join().unwrap().value, 2);
    eventually("nobody has the lock", || lock_of(9).is_none());
}

#[test]
fn a_lease_lives_as_long_as_its_run() {
    let time = isolate();
    let holder = holding(10, left);
    let token = lock_of(10);
    for _ in 0..12 {
        time.advance(seconds(4));
        time.settle();
        assert_eq!(lock_of(10), token, "the lease of ten seconds was extended");
    }
    WORK.let_go(10);
    holder.join().unwrap();
    assert_eq!(lock_of(10), None);
    time.advance(seconds(4));
    time.settle();
    assert_eq!(lock_of(10), None, "and is not extended any more");
}

#[test]
fn a_lease_that_was_lost_is_neither_extended_nor_released() {
    let time = isolate();
    let holder = holding(11, left);
    let key = TELLING.key("l", "twin", 11).unwrap();
    TELLING.ask(Operation::Put { key, value: b"somebody else".into(), ttl: seconds(8) });
    time.advance(seconds(4));
    time.settle();
    assert_eq!(lock_of(11).as_deref(), Some(&b"somebody else"[..]));
    WORK.let_go(11);
    holder.join().unwrap();
    assert_eq!(lock_of(11).as_deref(), Some(&b"somebody else"[..]));
    time.advance(seconds(4));
    time.settle();
    assert_eq!(lock_of(11), None, "it lived as long as somebody else had said");
}

#[test]
fn a_lock_that_cannot_be_asked_for_is_no_error() {
    let _alone = isolate();
    let is_lock = |operation: &Operation| matches!(operation, Operation::PutIfAbsent { .. });
    for (id, fault) in [(12, Fault::Unavailable), (13, Fault::LosesAnswer)] {
        let errors = left::stats().store_errors;
        TELLING.store.fail_where(fault, is_lock);
        assert_eq!(left(id), 1);
        TELLING.store.heal();
        assert_eq!(left::stats().store_errors, errors + 1, "{fault:?}");
        assert_eq!((right(id), WORK.runs(id)), (1, 1), "it was stored all the same");
        assert_eq!(lock_of(id), None, "{fault:?}: what may have been taken was released");
    }
}

#[test]
fn a_store_that_is_down_is_not_waited_for() {
    let _alone = isolate();
    let holder = holding(14, left);
    TELLING.store.fail(Fault::Unavailable);
    let other = thread::spawn(|| right(14));
    WORK.await_runs(14, 2);
    WORK.let_go(14);
    other.join().unwrap();
    holder.join().unwrap();
    TELLING.store.heal();
}

#[test]
fn a_store_that_fails_ends_the_wait() {
    let _alone = isolate();
    let holder = holding(15, left);
    let waiter = waiting(15, right::lookup);
    TELLING.store.fail(Fault::LosesRequest);
    // The release is not heard of either: the watch says that it was interrupted, as it would.
    TELLING.interrupt();
    WORK.await_runs(15, 2);
    TELLING.store.heal();
    WORK.let_go(15);
    assert_eq!(waiter.join().unwrap().source, Source::Miss);
    holder.join().unwrap();
}

#[cached(name = "strict_twin", ttl = 60, store = TELLING.side(0), lock = 60, on_store_error = fail)]
fn strict(id: u32) -> Result<u32, larder::Error> {
    Ok(WORK.run(id))
}

#[test]
fn a_function_that_says_so_fails_with_its_lock() {
    let _alone = isolate();
    TELLING
        .store
        .fail_where(Fault::Unavailable, |operation| matches!(operation, Operation::PutIfAbsent { .. }));
    assert!(strict(16).unwrap_err().as_store_error().is_some());
    TELLING.store.heal();
    assert_eq!(WORK.runs(16), 0);
    assert_eq!(strict(16).unwrap(), 1);
}

#[cached(name = "failing_twin", ttl = 60, store = TELLING.side(0), lock = 60)]
fn failing_left(id: u32) -> Result<u32, String> {
    Err(format!("run {}", WORK.run(id)))
}

#[cached(name = "failing_twin", ttl = 60, store = TELLING.side(1), lock = 60)]
fn failing_right(id: u32) -> Result<u32, String> {
    Err(format!("run {}", WORK.run(id)))
}

#[cached(name = "failing_twin", ttl = 60, store = TELLING.side(2), lock = 60)]
fn failing_third(id: u32) -> Result<u32, String> {
    Err(format!("run {}", WORK.run(id)))
}

#[test]
fn after_an_error_the_next_one_runs_and_the_others_go_on_waiting() {
    let _alone = isolate();
    WORK.hold(17);
    let holder = thread::spawn(|| failing_left(17));
    WORK.await_runs(17, 1);
    let others = [failing_right, failing_third].map(|call| thread::spawn(move || call(17)));
    eventually("somebody waits", || TELLING.value("w", "failing_twin", 17).is_some());
    WORK.let_go(17);
    assert_eq!(holder.join().unwrap(), Err("run 1".into()));
    let mut results: Vec<_> = others.into_iter().map(|other| other.join().unwrap().unwrap_err()).collect();
    results.sort();
    assert_eq!(results, ["run 2", "run 3"]);
    assert_eq!(WORK.most(17), 1, "one at a time");
    assert_eq!(TELLING.value("l", "failing_twin", 17), None);
}

#[cached(name = "panicking_twin", ttl = 60, store = TELLING.side(0), lock = 60)]
fn panicking_left(id: u32) -> u32 {
    WORK.run(id);
    panic!("as it was told")
}

#[cached(name = "panicking_twin", ttl = 60, store = TELLING.side(1), lock = 60)]
fn panicking_right(id: u32) -> u32 {
    WORK.run(id)
}

#[test]
fn a_panic_releases_at_once() {
    let _alone = isolate();
    WORK.hold(18);
    let holder = thread::spawn(|| catch_unwind(AssertUnwindSafe(|| panicking_left(18))).is_err());
    WORK.await_runs(18, 1);
    let waiter = thread::spawn(|| panicking_right(18));
    eventually("somebody waits", || TELLING.value("w", "panicking_twin", 18).is_some());
    WORK.let_go(18);
    assert!(holder.join().unwrap());
    assert_eq!(waiter.join().unwrap(), 2, "no time has passed");
}

#[cached(name = "dropped_twin", ttl = 60, store = TELLING.side(0), lock = 60)]
async fn dropped(id: u32) -> u32 {
    WORK.run(id);
    std::future::pending().await
}

#[cached(name = "dropped_twin", ttl = 60, store = TELLING.side(1), lock = 60)]
async fn kept(id: u32) -> u32 {
    WORK.run(id)
}

#[test]
fn a_future_that_is_dropped_releases_at_once() {
    let _alone = isolate();
    let mut holder = Box::pin(dropped(19));
    eventually("it runs", || {
        assert!(holder.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        WORK.runs(19) == 1
    });
    let waiter = thread::spawn(|| pollster::block_on(kept(19)));
    eventually("somebody waits", || TELLING.value("w", "dropped_twin", 19).is_some());
    drop(holder);
    assert_eq!(waiter.join().unwrap(), 2, "no time has passed");
    eventually("nobody has the lock", || TELLING.value("l", "dropped_twin", 19).is_none());
}

#[test]
fn a_future_that_is_dropped_while_it_asks_for_the_lock_leaves_none() {
    let _alone = isolate();
    let mut asking = Box::pin(kept(26));
    TELLING.stalls.store(true, SeqCst);
    assert!(asking.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert!(TELLING.value("l", "dropped_twin", 26).is_some(), "it has got the lock, and does not know");
    TELLING.stalls.store(false, SeqCst);
    drop(asking);
    eventually("nobody has the lock", || TELLING.value("l", "dropped_twin", 26).is_none());
    assert_eq!(WORK.runs(26), 0);
}

#[test]
fn a_future_that_is_forgotten_while_it_waits_is_taken_over() {
    let time = isolate();
    assert_eq!(pollster::block_on(left_async(27)), 1);
    pollster::block_on(left_async::invalidate(27)).unwrap();
    let key = TELLING.key("l", "async_twin", 27).unwrap();
    let elsewhere = Operation::PutIfAbsent { key: key.clone(), value: b"elsewhere".into(), ttl: seconds(50) };
    assert_eq!(TELLING.ask(elsewhere), Answer::Done(true));
    let mut forgotten = Box::pin(left_async(27));
    assert!(forgotten.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let misses = left_async::stats().misses;
    let other = thread::spawn(|| pollster::block_on(left_async(27)));
    eventually("it waits for the first one", || left_async::stats().misses > misses);
    TELLING.ask(Operation::Remove { key });
    // It is woken, and nobody polls it any more.
    TELLING.interrupt();
    pass_until(&time, "somebody else runs the function", || WORK.runs(27) == 2);
    assert_eq!(other.join().unwrap(), 2);
    drop(forgotten);
}

#[cached(name = "stale_twin", ttl = 10, stale_while_revalidate = 60, store = TELLING.side(0), lock = 60)]
fn stale_left(id: u32) -> u32 {
    WORK.run(id)
}

#[cached(name = "stale_twin", ttl = 10, stale_while_revalidate = 60, store = TELLING.side(1), lock = 60)]
fn stale_right(id: u32) -> u32 {
    WORK.run(id)
}

#[test]
fn one_process_refreshes_a_stale_value_and_the_others_serve_it() {
    let time = isolate();
    assert_eq!(stale_left(20), 1);
    time.advance(seconds(11));
    WORK.hold(20);
    assert_eq!(stale_left::lookup(20).source, Source::Stale);
    WORK.await_runs(20, 2);
    let before = larder::background().done;
    for _ in 0..10 {
        assert_eq!((stale_right(20), stale_right::lookup(20).source), (1, Source::Stale));
    }
    eventually("its own attempt is over", || larder::background().done > before);
    assert_eq!(WORK.runs(20), 2);
    let batches = TELLING.store.batches();
    for _ in 0..10 {
        stale_right(20);
    }
    assert_eq!(TELLING.store.batches() - batches, 10, "it does not try again for a while");
    WORK.let_go(20);
    time.settle();
    assert_eq!((stale_right(20), WORK.runs(20)), (2, 2));
}

#[cached(name = "fresh_twin", ttl = 600, refresh = 30, retry_after = 1, store = TELLING.side(0))]
fn fresh_left(id: u32) -> u32 {
    WORK.run(id)
}

#[cached(name = "fresh_twin", ttl = 600, refresh = 30, retry_after = 1, store = TELLING.side(1))]
fn fresh_right(id: u32) -> u32 {
    WORK.run(id)
}

/// Without `lock`: whoever comes second finds the newer value, and counts its time from then.
#[test]
fn one_process_refreshes_a_key_at_its_interval_and_the_others_take_its_value() {
    let time = isolate();
    let pass = |from: u64, to: u64| {
        for _ in from..to {
            time.advance(seconds(1));
            time.settle();
        }
    };
    assert_eq!(fresh_left(230), 1);
    // The interval is shortened by a tenth at most: so this one's is over when the other's is.
    pass(0, 4);
    assert_eq!(fresh_right(230), 1);
    pass(4, 31);
    assert_eq!(WORK.runs(230), 2, "the first one refreshed it");
    pass(31, 36);
    assert_eq!(WORK.runs(230), 2, "the second one took that");
    let batches = TELLING.store.batches();
    pass(36, 53);
    assert_eq!(TELLING.store.batches() - batches, 0, "nobody asks before the interval is over");
    pass(53, 61);
    assert!(WORK.runs(230) > 2, "then one of them refreshes it, or both if they happen to do so at once");
    assert_eq!(fresh_left(230), fresh_right(230));
}

#[test]
fn what_was_computed_before_an_invalidation_is_not_taken() {
    let _alone = isolate();
    let holder = holding(21, left);
    assert!(right::invalidate(21).is_ok());
    let waiter = waiting(21, right::lookup);
    WORK.let_go(21);
    assert_eq!(holder.join().unwrap(), 1);
    let lookup = waiter.join().unwrap();
    assert_eq!((lookup.value, lookup.source), (2, Source::Miss));
    assert_eq!((left(21), right(21), WORK.runs(21)), (2, 2, 2));
}

#[test]
fn a_refresh_waits_for_nobody_and_others_wait_for_it() {
    let _alone = isolate();
    assert_eq!(left(22), 1);
    let refresh = holding(22, left::refresh);
    let other = thread::spawn(|| right::refresh(22));
    WORK.await_runs(22, 3);
    right::invalidate(22).unwrap();
    let waiter = waiting(22, right::lookup);
    WORK.let_go(22);
    assert_eq!((refresh.join().unwrap(), other.join().unwrap()), (2, 3));
    assert_eq!(waiter.join().unwrap().value, 4);
}

#[test]
fn calls_that_wait_for_nobody_do_not_wait_for_processes_either() {
    let _alone = isolate();
    let holder = holding(23, left);
    let other = thread::spawn(|| with_options(CallOptions::new().no_wait(), || right(23)));
    WORK.await_runs(23, 2);
    WORK.let_go(23);
    assert_eq!((holder.join().unwrap(), other.join().unwrap()), (1, 2));
}

static DEPTH: AtomicU32 = AtomicU32::new(0);

#[cached(name = "recursive", ttl = 60, store = TELLING.side(0), lock = 60)]
fn recursive(id: u32) -> u32 {
    if DEPTH.fetch_add(1, SeqCst) < 3 { by_way_of(id) + 1 } else { 0 }
}

#[cached(name = "by_way_of", ttl = 60, store = TELLING.side(0), lock = 60)]
fn by_way_of(id: u32) -> u32 {
    recursive(id)
}

#[test]
fn a_function_that_calls_itself_does_not_wait_for_its_own_lock() {
    let _alone = isolate();
    let call = thread::spawn(|| recursive(24));
    eventually("it has ended, though no time has passed", || call.is_finished());
    assert_eq!(call.join().unwrap(), 3);
    assert_eq!(TELLING.value("l", "recursive", 24), None);
}

#[test]
fn a_message_that_is_lost_costs_a_second() {
    let time = isolate();
    let holder = holding(25, left);
    let waiter = waiting(25, right::lookup);
    let key = TELLING.key("w", "twin", 25).unwrap();
    // The wish is evicted, so that the holder tells nobody.
    TELLING.ask(Operation::Remove { key });
    WORK.let_go(25);
    holder.join().unwrap();
    pass_until(&time, "it has looked by itself", || waiter.is_finished());
    assert_eq!(waiter.join().unwrap().source, Source::Coalesced);
    assert_eq!(WORK.runs(25), 1);
}
