//! Single flight: the caller that computes panics, is cancelled, or is never polled again.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

use crate::support::{eventually, waiting};

/// Pending until it is opened; wakes whoever polled it last.
#[derive(Default)]
struct Gate {
    open: AtomicBool,
    waker: std::sync::Mutex<Option<Waker>>,
}

impl Gate {
    fn open(&self) {
        self.open.store(true, SeqCst);
        if let Some(waker) = self.waker.lock().unwrap().take() {
            waker.wake();
        }
    }
}

impl Future for &Gate {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        *self.waker.lock().unwrap() = Some(context.waker().clone());
        if self.open.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[derive(Default)]
struct Woken(AtomicU32);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[cached(ignore = [gate, runs])]
async fn slow(key: u32, gate: &Gate, runs: &AtomicU32) -> u32 {
    runs.fetch_add(1, SeqCst);
    gate.await;
    key * 2
}

#[cached(ignore = [started, panics])]
fn fragile(key: u32, started: &Barrier, panics: &AtomicBool) -> u32 {
    if panics.swap(false, SeqCst) {
        started.wait();
        waiting(2, fragile::stats);
        panic!("the function's own panic");
    }
    key
}

#[test]
fn a_panic_reaches_its_caller_and_another_one_takes_over() {
    let _time = isolate();
    let (started, panics) = (Barrier::new(2), AtomicBool::new(true));
    thread::scope(|scope| {
        let leader = scope.spawn(|| catch_unwind(AssertUnwindSafe(|| fragile(3, &started, &panics))));
        started.wait();
        let others = [(); 2].map(|()| scope.spawn(|| fragile(3, &started, &panics)));
        let panic = leader.join().unwrap().unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"the function's own panic"));
        for other in others {
            assert_eq!(other.join().unwrap(), 3);
        }
    });
    let stats = fragile::stats();
    assert_eq!((stats.loads_lost, stats.running, stats.waiting), (1, 0, 0));
    assert!((1..=2).contains(&stats.loads), "{}", stats.loads);
    assert_eq!(fragile::peek(3), Some(3));
}

#[test]
fn a_cancelled_future_hands_over_to_a_waiter() {
    let _time = isolate();
    let (gate, runs) = (Gate::default(), AtomicU32::new(0));
    let mut context = Context::from_waker(Waker::noop());
    let mut leader = Box::pin(slow(1, &gate, &runs));
    assert!(leader.as_mut().poll(&mut context).is_pending());
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut waiter = pin!(slow(1, &gate, &runs));
    assert!(waiter.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!((runs.load(SeqCst), slow::stats().waiting), (1, 1));
    drop(leader);
    assert_eq!(woken.0.load(SeqCst), 1, "the waiter is woken when the leader goes");
    assert!(waiter.as_mut().poll(&mut context).is_pending());
    assert_eq!(runs.load(SeqCst), 2, "the waiter runs the function itself");
    gate.open();
    assert_eq!(waiter.as_mut().poll(&mut context), Poll::Ready(2));
    assert_eq!((slow::stats().loads_lost, slow::stats().running), (1, 0));
}

#[test]
fn a_thread_takes_over_from_a_cancelled_future() {
    #[cached(ignore = [gate])]
    async fn mixed(key: u32, gate: &Gate) -> u32 {
        gate.await;
        key
    }
    let _time = isolate();
    let gate = Gate::default();
    let mut leader = Box::pin(mixed(1, &gate));
    assert!(leader.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    thread::scope(|scope| {
        let waiter = scope.spawn(|| pollster::block_on(mixed(1, &gate)));
        waiting(1, mixed::stats);
        drop(leader);
        eventually("the waiter runs the function", || {
            mixed::stats().running == 1 && mixed::stats().waiting == 0
        });
        gate.open();
        assert_eq!(waiter.join().unwrap(), 1);
    });
}

#[test]
fn a_future_that_is_woken_and_never_polled_again_is_given_up() {
    let time = isolate();
    let (gate, runs) = (Gate::default(), AtomicU32::new(0));
    let mut context = Context::from_waker(Waker::noop());
    let mut forgotten = Box::pin(slow(1, &gate, &runs));
    assert!(forgotten.as_mut().poll(&mut context).is_pending());
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut waiter = pin!(slow(1, &gate, &runs));
    assert!(waiter.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());

    // As long as it has nothing to go on with, it is not forgotten, however long that takes.
    time.advance(Duration::from_secs(3600));
    assert!(waiter.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(runs.load(SeqCst), 1);

    gate.open();
    time.advance(Duration::from_millis(100));
    assert!(waiter.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let before = woken.0.load(SeqCst);
    time.advance(Duration::from_secs(1));
    assert!(woken.0.load(SeqCst) > before, "the waiter is woken to look");
    assert_eq!(waiter.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Ready(2));
    assert_eq!(runs.load(SeqCst), 2);

    // It comes back after all: it gets its own value, and nothing breaks.
    assert_eq!(forgotten.as_mut().poll(&mut context), Poll::Ready(2));
    assert_eq!(slow::stats().running, 0);
    assert_eq!(slow::peek(1), Some(2));
}

#[test]
fn a_dropped_waiter_leaves_nothing_behind() {
    let _time = isolate();
    let (gate, runs) = (Gate::default(), AtomicU32::new(0));
    let mut context = Context::from_waker(Waker::noop());
    let mut leader = Box::pin(slow(1, &gate, &runs));
    assert!(leader.as_mut().poll(&mut context).is_pending());
    {
        let mut waiter = pin!(slow(1, &gate, &runs));
        assert!(waiter.as_mut().poll(&mut context).is_pending());
        assert_eq!(slow::stats().waiting, 1);
    }
    assert_eq!(slow::stats().waiting, 0);
    gate.open();
    assert_eq!(leader.as_mut().poll(&mut context), Poll::Ready(2));
}

#[test]
fn a_future_dropped_before_it_is_polled_does_nothing() {
    let _time = isolate();
    let (gate, runs) = (Gate::default(), AtomicU32::new(0));
    drop(slow(1, &gate, &runs));
    let stats = slow::stats();
    assert_eq!((stats.misses, stats.loads, stats.running), (0, 0, 0));
}

#[test]
fn two_calls_of_one_key_in_one_task_both_end() {
    let _time = isolate();
    let (gate, runs) = (Gate::default(), AtomicU32::new(0));
    let mut context = Context::from_waker(Waker::noop());
    let polls = Cell::new(0);
    let (mut first, mut second) = (pin!(slow(1, &gate, &runs)), pin!(slow(1, &gate, &runs)));
    let mut done = [None, None];
    while done.contains(&None) {
        polls.set(polls.get() + 1);
        assert!(polls.get() < 10, "they wait for each other");
        if done[0].is_none()
            && let Poll::Ready(value) = first.as_mut().poll(&mut context)
        {
            done[0] = Some(value);
        }
        if done[1].is_none()
            && let Poll::Ready(value) = second.as_mut().poll(&mut context)
        {
            done[1] = Some(value);
        }
        gate.open();
    }
    assert_eq!((done, runs.load(SeqCst)), ([Some(2), Some(2)], 1));
}
