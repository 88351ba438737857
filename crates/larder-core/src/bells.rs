//! Waiting until somebody rings for a name: whoever waits hangs up a bell of its own, and a ring that comes before it begins to wait is not lost.

use std::{
    collections::HashMap,
    future::poll_fn,
    mem,
    task::{Poll, Waker},
};

use crate::{
    maintenance::guarded,
    sync::{Arc, Mutex, lock},
};

/// The bells that hang, by name.
#[derive(Debug)]
pub(crate) struct Bells {
    by_name: Mutex<HashMap<String, Vec<Arc<Bell>>>>,
}

/// A bell, until it is dropped.
#[derive(Debug)]
pub(crate) struct Hung<'a> {
    bells: &'a Bells,
    name: String,
    bell: Arc<Bell>,
}

#[derive(Debug)]
struct Bell(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Since its owner has looked last.
    is_rung: bool,
    waker: Option<Waker>,
}

impl Bells {
    pub(crate) fn new() -> Self {
        Self { by_name: Mutex::new(HashMap::new()) }
    }

    /// Hangs up a bell.
    pub(crate) fn hang(&self, name: &str) -> Hung<'_> {
        let bell = Arc::new(Bell(Mutex::new(State { is_rung: false, waker: None })));
        lock(&self.by_name).entry(name.to_owned()).or_default().push(bell.clone());
        Hung { bells: self, name: name.to_owned(), bell }
    }

    /// Wakes everybody who waits for this name.
    pub(crate) fn ring(&self, name: &str) {
        let bells = lock(&self.by_name).get(name).cloned().unwrap_or_default();
        bells.iter().for_each(|bell| bell.ring());
    }

    /// Wakes everybody.
    pub(crate) fn ring_all(&self) {
        let bells: Vec<_> = lock(&self.by_name).values().flatten().cloned().collect();
        bells.iter().for_each(|bell| bell.ring());
    }

    /// Whether nobody waits.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.by_name).is_empty()
    }
}

impl Bell {
    fn ring(&self) {
        let waker = {
            let mut state = lock(&self.0);
            state.is_rung = true;
            state.waker.take()
        };
        // Somebody else's code: its panic must neither keep the others asleep nor reach this caller.
        if let Some(waker) = waker {
            guarded(|| waker.wake());
        }
    }
}

impl Hung<'_> {
    /// Waits for a ring that came since this was waited for last.
    pub(crate) async fn rung(&self) {
        poll_fn(|context| {
            // Cloned before the lock, and what it replaces is dropped after: wakers are somebody else's code.
            let waker = context.waker().clone();
            let mut state = lock(&self.bell.0);
            if mem::take(&mut state.is_rung) {
                drop(state);
                return Poll::Ready(());
            }
            let replaced = state.waker.replace(waker);
            drop(state);
            drop(replaced);
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Hung<'_> {
    fn drop(&mut self) {
        let waker = {
            let mut by_name = lock(&self.bells.by_name);
            if let Some(bells) = by_name.get_mut(&self.name) {
                bells.retain(|bell| !Arc::ptr_eq(bell, &self.bell));
                if bells.is_empty() {
                    by_name.remove(&self.name);
                }
            }
            drop(by_name);
            lock(&self.bell.0).waker.take()
        };
        drop(waker);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::{pin::pin, task::Context};

    use super::*;

    fn is_rung(bell: &Hung<'_>) -> bool {
        pin!(bell.rung()).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn a_ring_is_heard_once_by_everybody_of_its_name() {
        let bells = Bells::new();
        let (one, two, other) = (bells.hang("a"), bells.hang("a"), bells.hang("b"));
        assert!(!is_rung(&one));
        bells.ring("a");
        bells.ring("a");
        assert_eq!([&one, &two, &other].map(is_rung), [true, true, false]);
        assert_eq!([&one, &two, &other].map(is_rung), [false; 3], "it was heard");
        bells.ring_all();
        assert_eq!([&one, &two, &other].map(is_rung), [true; 3]);
    }

    #[test]
    fn nothing_is_left_of_those_who_went() {
        let bells = Bells::new();
        let one = bells.hang("a");
        let two = bells.hang("a");
        drop(one);
        bells.ring("a");
        assert!(is_rung(&two));
        drop(two);
        assert!(bells.is_empty());
        bells.ring("a");
    }
}
