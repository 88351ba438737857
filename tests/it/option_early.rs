//! `early`: a hit refreshes a value before its time, the likelier the closer that comes to what a run costs.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use larder::cached;
use larder::testing::{Isolated, isolate};

/// How many runs began, and whether the next one meets the test before it ends.
static RUNS: AtomicU32 = AtomicU32::new(0);

#[derive(Clone)]
struct Meeting {
    is_held: Arc<AtomicBool>,
    began: Arc<Barrier>,
    go: Arc<Barrier>,
}

impl Meeting {
    fn new() -> Self {
        let barrier = || Arc::new(Barrier::new(2));
        Self { is_held: Arc::new(AtomicBool::new(true)), began: barrier(), go: barrier() }
    }

    /// Runs `call`, whose run takes so long by the clock that is moved by hand.
    fn take<T: Send>(&self, time: &Isolated, cost: Duration, call: impl FnOnce() -> T + Send) -> T {
        thread::scope(|scope| {
            let call = scope.spawn(call);
            self.began.wait();
            time.advance(cost);
            self.go.wait();
            call.join().unwrap()
        })
    }
}

fn run(meeting: &Meeting) -> u32 {
    let run = RUNS.fetch_add(1, SeqCst) + 1;
    if meeting.is_held.swap(false, SeqCst) {
        meeting.began.wait();
        meeting.go.wait();
    }
    run
}

#[cached(ttl = 1000, early = true, ignore = [meeting])]
fn price(id: u32, meeting: Meeting) -> u32 {
    run(&meeting) + 100 * id
}

#[cached(ttl = 1000, early = OFF, ignore = [meeting])]
fn never(id: u32, meeting: Meeting) -> u32 {
    run(&meeting) + 100 * id
}

const OFF: bool = false;

/// With 1 s left of a value that took 10 s, nine hits of ten start a run: a thousand hits do not all miss it.
#[test]
fn near_its_end_a_hit_starts_a_run_and_does_not_wait() {
    let (time, meeting) = (isolate(), Meeting::new());
    RUNS.store(0, SeqCst);
    let call = || price(1, meeting.clone());
    assert_eq!(meeting.take(&time, Duration::from_secs(10), call), 101);
    time.advance(Duration::from_secs(999));
    let hits = (0..1000).take_while(|_| call() == 101 && price::stats().refreshes == 0 && background() == 0);
    assert!(hits.count() < 1000);
    time.settle();
    assert_eq!(RUNS.load(SeqCst), 2);
    assert_eq!(time.hit(call), 102);
    assert_eq!((price::stats().refreshes, price::stats().stale), (1, 0));
}

fn background() -> u64 {
    let now = larder::background();
    now.done + now.queued as u64 + now.running as u64
}

#[test]
fn far_from_its_end_no_hit_does() {
    let (time, meeting) = (isolate(), Meeting::new());
    let call = || price(1, meeting.clone());
    meeting.take(&time, Duration::from_secs(10), call);
    time.advance(Duration::from_secs(500));
    time.hit(|| (0..1000).for_each(|_| _ = call()));
    time.settle();
    assert_eq!(price::stats().refreshes, 0);
}

#[test]
fn what_costs_nothing_is_left_to_its_end() {
    let (time, meeting) = (isolate(), Meeting::new());
    meeting.is_held.store(false, SeqCst);
    let call = || price(1, meeting.clone());
    time.miss(call);
    time.advance(Duration::from_millis(999_900));
    time.hit(|| (0..1000).for_each(|_| _ = call()));
    time.settle();
    assert_eq!(price::stats().refreshes, 0);
    time.advance(Duration::from_millis(200));
    time.miss(call);
}

#[test]
fn it_can_be_off() {
    let (time, meeting) = (isolate(), Meeting::new());
    let call = || never(1, meeting.clone());
    meeting.take(&time, Duration::from_secs(10), call);
    time.advance(Duration::from_secs(999));
    time.hit(|| (0..1000).for_each(|_| _ = call()));
    time.settle();
    assert_eq!(never::stats().refreshes, 0);
}
