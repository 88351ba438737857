//! Invalidations that wait for a transaction: they take effect when it succeeds, and are dropped when it fails.

use std::{cell::RefCell, future::Future, future::poll_fn, pin::pin};

use crate::{error::Error, invalidation::Invalidation};

/// Runs `work`, and has the invalidations in it (on this thread) take effect when it returns `Ok`, in their order, before this returns. When it returns `Err` or panics, they
/// are dropped. Meant to stand around a data base transaction.
///
/// From the first invalidation on until the end, what cached functions compute on this thread is not stored: it may come from rows that are not committed.
///
/// One transaction inside another hands its invalidations to the outer one.
///
/// # Errors
///
/// What `work` returns.
///
/// # Panics
///
/// When `work` does.
pub fn defer_invalidations<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let mut waiting = Waiting::default();
    let result = waiting.around(work);
    if result.is_ok() {
        waiting.take_effect();
    }
    result
}

/// As [`defer_invalidations`], for a future, on whatever thread it is polled. When it is dropped before its end, the invalidations are dropped too.
///
/// # Errors
///
/// What `work` gives.
pub async fn defer_invalidations_async<T, E>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let mut waiting = Waiting::default();
    let mut work = pin!(work);
    let result = poll_fn(|context| waiting.around(|| work.as_mut().poll(context))).await;
    if result.is_ok() {
        waiting.take_effect_async().await;
    }
    result
}

/// Does it now, or when the transaction around the caller succeeds; then nobody is told if a shared store does not answer, which is made up for as soon as it does.
pub(crate) fn now_or_later(invalidation: Invalidation) -> Result<usize, Error> {
    later(invalidation).map_or(Ok(0), Invalidation::take_effect)
}

/// The same without blocking the task where a shared store is asked.
pub(crate) async fn now_or_later_async(invalidation: Invalidation) -> Result<usize, Error> {
    match later(invalidation) {
        Some(now) => now.take_effect_async().await,
        None => Ok(0),
    }
}

/// Leaves it to the transaction around the caller; gives it back if there is none.
fn later(invalidation: Invalidation) -> Option<Invalidation> {
    let mut invalidation = Some(invalidation);
    let _ = TRANSACTION.try_with(|transaction| {
        if let Some(waiting) = transaction.borrow_mut().as_mut()
            && let Some(invalidation) = invalidation.take()
        {
            waiting.push(invalidation);
        }
    });
    invalidation
}

/// Whether the caller is inside a transaction.
pub(crate) fn is_active() -> bool {
    TRANSACTION.try_with(|transaction| transaction.borrow().is_some()).unwrap_or(false)
}

/// Whether the caller is inside a transaction that has changed something.
pub(crate) fn is_changing() -> bool {
    let is_changing = |transaction: &RefCell<Option<Vec<Invalidation>>>| {
        transaction.borrow().as_ref().is_some_and(|some| !some.is_empty())
    };
    TRANSACTION.try_with(is_changing).unwrap_or(false)
}

/// The invalidations of one transaction.
#[derive(Default)]
struct Waiting(Vec<Invalidation>);

impl Waiting {
    /// Runs `work` with these as the transaction of the thread.
    fn around<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let around = TRANSACTION.replace(Some(std::mem::take(&mut self.0)));
        // The transaction around is put back also when `work` panics; what waited then goes with it.
        let restore = Restore { waiting: self, around: Some(around) };
        let value = work();
        drop(restore);
        value
    }

    fn take_effect(&mut self) {
        for invalidation in self.0.drain(..) {
            if let Some(now) = later(invalidation) {
                // What could not be sent is kept and sent later; the transaction has succeeded all the same.
                let _ = now.take_effect();
            }
        }
    }

    async fn take_effect_async(&mut self) {
        for invalidation in std::mem::take(&mut self.0) {
            if let Some(now) = later(invalidation) {
                let _ = now.take_effect_async().await;
            }
        }
    }
}

struct Restore<'a> {
    waiting: &'a mut Waiting,
    around: Option<Option<Vec<Invalidation>>>,
}

impl Drop for Restore<'_> {
    fn drop(&mut self) {
        let own = TRANSACTION.replace(self.around.take().flatten());
        self.waiting.0 = own.unwrap_or_default();
    }
}

thread_local! {
    static TRANSACTION: RefCell<Option<Vec<Invalidation>>> = const { RefCell::new(None) };
}
