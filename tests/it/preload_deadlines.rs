//! A run that is bounded: by `timeout`, or because its future is dropped.
#![allow(dead_code, reason = "some functions are preloaded and never called")]

use std::future::{Future as _, IntoFuture, pending};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use larder::testing::isolate;
use larder::{PreloadEnd, cached, preload_only};

use crate::support::{Door, eventually};

/// Short: what is waited for never comes.
const MOMENT: Duration = Duration::from_millis(20);

#[test]
fn a_provider_that_never_ends_is_timed_out() {
    static GATE: Door = Door::new();
    fn never() -> Vec<(u32,)> {
        GATE.pass();
        vec![(1,)]
    }
    #[cached(preload = never, name = "never")]
    fn patient(number: u32) -> u32 {
        number
    }
    let _time = isolate();
    let gate = GATE.close();
    // On a busy machine, time may be over before a worker has come to ask.
    eventually("the provider is asked", || {
        let report = preload_only(["never"]).unwrap().timeout(MOMENT).run();
        let awaited = pollster::block_on(preload_only(["never"]).unwrap().timeout(MOMENT).into_future());
        for report in [report, awaited] {
            let row = report.get("never").unwrap();
            assert_eq!((row.loaded, &row.end), (0, &PreloadEnd::TimedOut));
            assert!(report.elapsed >= MOMENT);
            assert!(!report.is_complete());
        }
        GATE.arrived() > 0
    });
    drop(gate);
    // Who comes too late gives nothing to anybody.
    assert_eq!(patient::peek(1), None);
}

#[test]
fn an_endless_provider_is_timed_out() {
    /// Other tests preload everything there is.
    static IS_ENDLESS: AtomicBool = AtomicBool::new(false);
    fn numbers() -> impl Iterator<Item = (u64,)> {
        (0..).map(|number| (number,)).take_while(|_| IS_ENDLESS.load(SeqCst))
    }
    #[cached(preload = numbers, max_entries = 100, name = "endless")]
    fn endless(number: u64) -> u64 {
        number
    }
    let _time = isolate();
    IS_ENDLESS.store(true, SeqCst);
    let report = preload_only(["endless"]).unwrap().timeout(MOMENT).run();
    IS_ENDLESS.store(false, SeqCst);
    let row = report.get("endless").unwrap();
    assert_eq!(row.end, PreloadEnd::TimedOut);
    assert!(endless::handle().len() <= 100);
    eventually("the workers have stopped", || endless::handle().running() == 0);
}

#[test]
fn a_stuck_stream_and_a_stuck_future_are_dropped() {
    static PROVIDERS: AtomicUsize = AtomicUsize::new(0);
    static FUNCTIONS: AtomicUsize = AtomicUsize::new(0);
    /// Other tests preload everything there is.
    static IS_PENDING: AtomicBool = AtomicBool::new(false);
    struct Counted(&'static AtomicUsize);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    async fn provider() -> Vec<(u32,)> {
        let _counted = Counted(&PROVIDERS);
        if IS_PENDING.load(SeqCst) {
            pending::<()>().await;
        }
        vec![]
    }
    #[cached(preload = provider, name = "a pending provider")]
    fn unasked(number: u32) -> u32 {
        number
    }
    #[cached(preload = || [(1,), (2,)], name = "a pending function")]
    async fn unfinished(number: u32) -> u32 {
        let _counted = Counted(&FUNCTIONS);
        if IS_PENDING.load(SeqCst) {
            pending::<()>().await;
        }
        number
    }
    let _time = isolate();
    PROVIDERS.store(0, SeqCst);
    FUNCTIONS.store(0, SeqCst);
    IS_PENDING.store(true, SeqCst);
    let names = ["a pending provider", "a pending function"];
    // On a busy machine, time may be over before a worker has come to ask.
    eventually("they are dropped", || {
        let report = preload_only(names).unwrap().timeout(MOMENT).run();
        assert!(names.iter().all(|name| report.get(name).unwrap().end == PreloadEnd::TimedOut), "{report}");
        PROVIDERS.load(SeqCst) > 0 && FUNCTIONS.load(SeqCst) > 0
    });
    IS_PENDING.store(false, SeqCst);
    // Nothing is left of them that a call could wait for.
    eventually("nothing runs", || unfinished::handle().running() == 0);
    assert_eq!(unasked(1), 1);
}

#[test]
fn what_runs_at_the_deadline_is_stored_when_it_is_done() {
    static GATE: Door = Door::new();
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    fn counted() -> impl Iterator<Item = (u32,)> {
        (0..100).map(|number| (number,)).inspect(|_| _ = TAKEN.fetch_add(1, SeqCst))
    }
    #[cached(preload = counted, name = "late")]
    fn late(number: u32) -> u32 {
        GATE.pass();
        number
    }
    let _time = isolate();
    TAKEN.store(0, SeqCst);
    let gate = GATE.close();
    let (told, tells) = mpsc::channel();
    let report = preload_only(["late"])
        .unwrap()
        .concurrency(2)
        .timeout(MOMENT)
        .on_progress(move |progress| told.send(progress.clone()).unwrap())
        .run();
    let row = report.get("late").unwrap();
    assert_eq!((row.loaded, &row.end), (0, &PreloadEnd::TimedOut));
    drop(gate);
    eventually("what ran is stored", || late::handle().len() == GATE.arrived());
    // Until the workers are gone, and with them the callback: it was told of nothing after the end.
    assert!(tells.recv().is_err());
    assert!(TAKEN.load(SeqCst) <= 2);
}

#[test]
fn a_dropped_future_takes_no_more_items() {
    static GATE: Door = Door::new();
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    fn counted() -> impl Iterator<Item = (u32,)> {
        (0..100).map(|number| (number,)).inspect(|_| _ = TAKEN.fetch_add(1, SeqCst))
    }
    #[cached(preload = counted, name = "dropped")]
    fn dropped(number: u32) -> u32 {
        GATE.pass();
        number
    }
    let _time = isolate();
    TAKEN.store(0, SeqCst);
    let gate = GATE.close();
    {
        let mut future = pin!(preload_only(["dropped"]).unwrap().concurrency(3).into_future());
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
        eventually("three run", || GATE.arrived() == 3);
        assert!(future.as_mut().poll(&mut context).is_pending());
    }
    drop(gate);
    eventually("all is quiet", || dropped::handle().running() == 0 && dropped::handle().len() == 3);
    assert_eq!((TAKEN.load(SeqCst), GATE.arrived()), (3, 3));
}

#[test]
fn a_future_wakes_its_task_when_all_is_done() {
    static GATE: Door = Door::new();
    #[cached(preload = || [(1,), (2,)], name = "awaited")]
    fn awaited(number: u32) -> u32 {
        GATE.pass();
        number
    }
    let _time = isolate();
    let gate = GATE.close();
    let task = thread::spawn(|| pollster::block_on(async { preload_only(["awaited"]).unwrap().await }));
    eventually("both run", || GATE.arrived() == 2);
    drop(gate);
    let report = task.join().unwrap();
    assert_eq!(report.get("awaited").unwrap().loaded, 2);
    assert_eq!(awaited::peek(2), Some(2));
}

#[test]
fn a_timeout_that_is_not_reached_changes_nothing() {
    #[cached(preload = || [(1,), (2,)], name = "in time")]
    fn in_time(number: u32) -> u32 {
        number
    }
    let _time = isolate();
    for timeout in [Duration::from_secs(600), Duration::MAX] {
        in_time::clear();
        assert!(preload_only(["in time"]).unwrap().timeout(timeout).run().is_complete());
        in_time::clear();
        let mut future = pin!(preload_only(["in time"]).unwrap().timeout(timeout).into_future());
        let report = pollster::block_on(future.as_mut());
        assert_eq!(report.get("in time").unwrap().loaded, 2);
    }
    assert_eq!(in_time::peek(2), Some(2));
}

#[test]
fn without_a_moment_nothing_is_awaited() {
    static GATE: Door = Door::new();
    #[cached(preload = || [(1,)], name = "no time at all")]
    fn hurried(number: u32) -> u32 {
        GATE.pass();
        number
    }
    let _time = isolate();
    let gate = GATE.close();
    let preload = || preload_only(["no time at all"]).unwrap().timeout(Duration::ZERO);
    for report in [preload().run(), pollster::block_on(preload().into_future())] {
        assert_eq!(report.functions[0].end, PreloadEnd::TimedOut);
    }
    drop(gate);
    eventually("nothing runs", || hurried::handle().running() == 0);
}
