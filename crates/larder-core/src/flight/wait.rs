//! Waiting for a computation that somebody else runs. Threads and tasks stand in one list: a thread waits as a task whose waker unparks it.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc as StdArc,
    task::{Context, Poll, Waker},
};

use crate::{
    clock::{self, NEVER, Nanos},
    context::Id,
    flight::{Pulse, Shared, cycle},
    maintenance,
    sync::{Arc, Mutex, lock},
};

/// A computation that others wait for.
#[derive(Debug)]
pub(crate) struct Flight<V> {
    id: Id,
    pulse: Option<Arc<Pulse>>,
    state: Mutex<State<V>>,
}

#[derive(Debug)]
struct State<V> {
    landing: Option<Landing<V>>,
    /// Who waits, by number.
    waiting: Vec<(u64, Waker)>,
    next: u64,
}

/// How a computation ended for those who waited.
#[derive(Debug)]
pub(crate) enum Landing<V> {
    /// With a value to share.
    Value(Arc<Shared<V>>),
    /// With a result that cannot be shared: everybody computes for himself, all at once.
    Released,
    /// Not at all (cancelled, panicked, given up): somebody else has to.
    Abandoned,
    /// The function failed: a stale value may stand in for that, and a run in the background has failed with it. Everybody else takes this.
    Failed(Box<Self>),
    /// Not yet, and its task has not been polled although it was woken: nobody may ever finish it.
    Stalled,
}

/// A caller's wait. Ends by itself when dropped.
#[derive(Debug)]
pub(crate) struct Wait<V> {
    flight: StdArc<Flight<V>>,
    number: Option<u64>,
    /// When to look next whether the computation still goes on.
    look_at: Nanos,
    edge: Option<cycle::Edge>,
}

impl<V> Clone for Landing<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Value(shared) => Self::Value(shared.clone()),
            Self::Released => Self::Released,
            Self::Abandoned => Self::Abandoned,
            Self::Failed(otherwise) => Self::Failed(otherwise.clone()),
            Self::Stalled => Self::Stalled,
        }
    }
}

impl<V> Flight<V> {
    pub(crate) fn new(id: Id, pulse: Option<Arc<Pulse>>) -> Self {
        Self { id, pulse, state: Mutex::new(State { landing: None, waiting: Vec::new(), next: 0 }) }
    }

    /// How many callers wait.
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.state).waiting.len()
    }

    /// Tells everybody who waits how it ended. Wakes them outside the lock.
    pub(crate) fn land(&self, landing: Landing<V>) {
        let waiting = {
            let mut state = lock(&self.state);
            state.landing.get_or_insert(landing);
            std::mem::take(&mut state.waiting)
        };
        for (_, waker) in waiting {
            // Somebody else's code: its panic must neither keep the others asleep nor reach this caller.
            wake(waker);
        }
    }
}

fn wake(waker: Waker) {
    if let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| waker.wake())) {
        // The hook has reported it; dropping what it carries may panic once more.
        std::mem::forget(panic);
    }
}

impl<V> Wait<V> {
    /// A wait for `flight`, unless the computation waits, over however many others, for the caller: then waiting would never end.
    pub(crate) fn new(flight: StdArc<Flight<V>>) -> Option<Self> {
        let edge = cycle::Edge::new(flight.id)?;
        Some(Self { flight, number: None, look_at: 0, edge: Some(edge) })
    }

    /// The computation that is waited for.
    pub(crate) fn target(&self) -> Id {
        self.flight.id
    }
}

impl<V> Future for Wait<V> {
    type Output = Landing<V>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Landing<V>> {
        let this = &mut *self;
        // Cloned before the lock, and what it replaces is dropped after: wakers are somebody else's code.
        let mut waker = context.waker().clone();
        {
            let mut state = lock(&this.flight.state);
            if let Some(landing) = &state.landing {
                let landing = landing.clone();
                drop(state);
                this.edge = None;
                return Poll::Ready(landing);
            }
            let known =
                this.number.and_then(|number| state.waiting.iter_mut().find(|(other, _)| *other == number));
            match known {
                Some((_, known)) => std::mem::swap(known, &mut waker),
                None => {
                    let number = state.next;
                    state.next += 1;
                    this.number = Some(number);
                    state.waiting.push((number, waker));
                }
            }
        }
        let Some(pulse) = &this.flight.pulse else { return Poll::Pending };
        let now = clock::now();
        let idle_since = pulse.idle_since();
        if idle_since != NEVER && now.saturating_sub(idle_since) >= PATIENCE {
            return Poll::Ready(Landing::Stalled);
        }
        if now >= this.look_at {
            this.look_at = now.saturating_add(PATIENCE);
            maintenance::wake_at(this.look_at, context.waker().clone());
        }
        Poll::Pending
    }
}

impl<V> Drop for Wait<V> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let left = {
                let waiting = &mut lock(&self.flight.state).waiting;
                waiting.iter().position(|(other, _)| *other == number).map(|at| waiting.swap_remove(at))
            };
            // The waker is dropped when the lock is free.
            drop(left);
        }
    }
}

/// How long a task may stay unpolled after it was woken before another caller takes its computation over: 250 ms.
pub(crate) const PATIENCE: Nanos = 250_000_000;
