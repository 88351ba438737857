//! Single flight and the executors around it: wakers are somebody else's code, and so are the thread's park tokens.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

use crate::support::waiting;

/// Pending until it is opened.
#[derive(Default)]
struct Gate(AtomicBool);

impl Future for &Gate {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[cached(ignore = [gate])]
async fn gated(key: u32, gate: &Gate) -> u32 {
    gate.await;
    key
}

#[cached(ignore = [started, go])]
fn slow(key: u32, started: &Barrier, go: &Barrier) -> u32 {
    started.wait();
    go.wait();
    key
}

/// The executor in the documentation of `std::task::Wake`.
fn park_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn a_wait_does_not_take_the_wakes_of_the_executor_around_it() {
    let _time = isolate();
    let (started, go) = (Barrier::new(2), Barrier::new(2));
    let told = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| slow(1, &started, &go));
        started.wait();
        let executor = scope.spawn(|| {
            let mut first = true;
            park_on(std::future::poll_fn(|context| {
                if std::mem::take(&mut first) {
                    // woken at once: the token of this wake is the executor's
                    context.waker().wake_by_ref();
                    assert_eq!(slow(1, &started, &go), 1);
                    return Poll::Pending;
                }
                told.store(true, SeqCst);
                Poll::Ready(())
            }));
        });
        waiting(1, slow::stats);
        go.wait();
        executor.join().unwrap();
    });
    assert!(told.load(SeqCst));
}

/// A waker that does something when it is cloned, woken or dropped.
struct Nosy {
    woken: AtomicU32,
    panics: bool,
}

impl Wake for Nosy {
    fn wake(self: Arc<Self>) {
        self.woken.fetch_add(1, SeqCst);
        assert!(!self.panics, "a waker that panics");
    }
}

impl Drop for Nosy {
    fn drop(&mut self) {
        let _ = gated::stats();
        let _ = gated::peek(1);
    }
}

#[test]
fn a_waker_that_panics_keeps_nobody_asleep_and_does_not_reach_the_leader() {
    let _time = isolate();
    let gate = Gate::default();
    let nosy = |panics| Arc::new(Nosy { woken: AtomicU32::new(0), panics });
    let (bad, good) = (nosy(true), nosy(false));
    let mut leader = Box::pin(gated(1, &gate));
    assert!(leader.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let (mut first, mut second) = (Box::pin(gated(1, &gate)), Box::pin(gated(1, &gate)));
    assert!(first.as_mut().poll(&mut Context::from_waker(&bad.clone().into())).is_pending());
    assert!(second.as_mut().poll(&mut Context::from_waker(&good.clone().into())).is_pending());
    gate.0.store(true, SeqCst);
    assert_eq!(leader.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(1));
    assert_eq!((bad.woken.load(SeqCst), good.woken.load(SeqCst)), (1, 1));
}

#[test]
fn a_waker_may_use_the_cache_when_it_is_dropped() {
    let _time = isolate();
    let gate = Gate::default();
    let mut leader = Box::pin(gated(1, &gate));
    assert!(leader.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let mut waiter = Box::pin(gated(1, &gate));
    for _ in 0..2 {
        // the second replaces the first, which is dropped then
        let waker = Waker::from(Arc::new(Nosy { woken: AtomicU32::new(0), panics: false }));
        assert!(waiter.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    drop(waiter);
    drop(leader);
    assert_eq!(gated::stats().waiting, 0);
}

#[test]
fn a_leader_that_wakes_itself_and_works_on_is_not_given_up() {
    #[cached(ignore = [gate, time])]
    async fn busy(key: u32, gate: &Gate, time: &larder::testing::Isolated) -> u32 {
        let mut first = true;
        std::future::poll_fn(|context| {
            if !std::mem::take(&mut first) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            // a second of work in the same poll
            time.advance(Duration::from_secs(1));
            // another task; on a thread of its own, since this one is inside the computation
            thread::scope(|scope| {
                let polled = scope.spawn(|| {
                    let waiter = pin!(busy(key, gate, time));
                    waiter.poll(&mut Context::from_waker(Waker::noop())).is_pending()
                });
                assert!(polled.join().unwrap(), "the waiter waits");
            });
            Poll::Pending
        })
        .await;
        gate.await;
        key
    }
    let time = isolate();
    let gate = Gate(AtomicBool::new(true));
    let mut leader = pin!(busy(1, &gate, &time));
    let mut context = Context::from_waker(Waker::noop());
    assert!(leader.as_mut().poll(&mut context).is_pending());
    assert_eq!(leader.as_mut().poll(&mut context), Poll::Ready(1));
    assert_eq!((busy::stats().loads, busy::stats().rejected_writes), (1, 0));
}
