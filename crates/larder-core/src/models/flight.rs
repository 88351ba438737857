//! Callers of one key: one computes, the others get its value or take over; nobody waits for ever, and nothing is left.

use std::task::{Context, Poll, Waker};

use loom::{
    future::block_on,
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering::SeqCst},
    thread,
};

use super::check;
use crate::flight::{Flights, Landing, Pulse, Shared, Wait};

#[derive(Default)]
struct Callers {
    flights: Mutex<Option<Flights<u64, u64>>>,
    stored: AtomicUsize,
    computed: AtomicUsize,
}

enum Step {
    Served(u64),
    Lead(u64),
    Wait(Wait<u64>),
}

impl Callers {
    fn board(&self, id: u64) -> Step {
        let mut flights = self.flights.lock().unwrap();
        let flights = flights.get_or_insert_with(Flights::new);
        match self.stored.load(SeqCst) {
            0 => {}
            value => return Step::Served(value as u64),
        }
        if let Some(running) = flights.joinable(5, 0, |key| *key == 5) {
            return Step::Wait(Wait::new(running.flight()).expect("nobody waits for himself here"));
        }
        flights.start(5, 5, id, None::<crate::sync::Arc<Pulse>>, 0, true);
        Step::Lead(id)
    }

    fn end(&self, id: u64, value: Option<u64>) {
        let flight = {
            let mut flights = self.flights.lock().unwrap();
            let running = flights.as_mut().unwrap().end(5, id).expect("listed");
            if let Some(value) = value {
                self.stored.store(value as usize, SeqCst);
            }
            running.flight
        };
        if let Some(flight) = flight {
            flight.land(match value {
                Some(value) => {
                    let shared = Shared {
                        value,
                        snapshot: 0,
                        dependencies: Vec::new(),
                        records: Vec::new(),
                        overtaken: None,
                    };
                    Landing::Value(crate::sync::Arc::new(shared))
                }
                None => Landing::Abandoned,
            });
        }
    }

    /// A caller; `fails` says whether its computation is cancelled.
    fn call(&self, id: u64, fails: bool) -> Option<u64> {
        loop {
            match self.board(id) {
                Step::Served(value) => return Some(value),
                Step::Lead(id) if fails => {
                    self.end(id, None);
                    return None;
                }
                Step::Lead(id) => {
                    self.computed.fetch_add(1, SeqCst);
                    self.end(id, Some(42));
                    return Some(42);
                }
                Step::Wait(wait) => match block_on(wait) {
                    Landing::Value(shared) => return Some(shared.value),
                    Landing::Abandoned | Landing::Released | Landing::Stalled | Landing::Failed(_) => {}
                },
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.flights.lock().unwrap().as_ref().is_none_or(|flights| flights.len() == 0)
    }
}

#[test]
fn loom_three_callers_compute_once() {
    check(3, || {
        let callers = Arc::new(Callers::default());
        let others: Vec<_> = [1, 2]
            .map(|id| {
                let callers = callers.clone();
                thread::spawn(move || assert_eq!(callers.call(id, false), Some(42)))
            })
            .into();
        assert_eq!(callers.call(3, false), Some(42));
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(callers.computed.load(SeqCst), 1);
        assert!(callers.is_empty());
    });
}

#[test]
fn loom_another_caller_takes_over_from_one_that_was_cancelled() {
    check(3, || {
        let callers = Arc::new(Callers::default());
        let cancelled = thread::spawn({
            let callers = callers.clone();
            move || callers.call(1, true)
        });
        let other = thread::spawn({
            let callers = callers.clone();
            move || assert_eq!(callers.call(2, false), Some(42))
        });
        assert_eq!(callers.call(3, false), Some(42));
        cancelled.join().unwrap();
        other.join().unwrap();
        assert_eq!(callers.computed.load(SeqCst), 1);
        assert!(callers.is_empty());
    });
}

#[test]
fn loom_a_waiter_that_gives_up_leaves_nothing_behind() {
    check(3, || {
        let callers = Arc::new(Callers::default());
        let leader = thread::spawn({
            let callers = callers.clone();
            move || assert_eq!(callers.call(1, false), Some(42))
        });
        match callers.board(2) {
            Step::Served(value) => assert_eq!(value, 42),
            Step::Lead(id) => callers.end(id, None),
            Step::Wait(wait) => {
                let mut wait = std::pin::pin!(wait);
                let polled = wait.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                assert!(matches!(polled, Poll::Pending | Poll::Ready(Landing::Value(_))));
            }
        }
        leader.join().unwrap();
        assert!(callers.is_empty());
    });
}
