//! The end of background work: nothing new is taken, what waits is dropped, what runs is waited for up to a deadline.
//!
//! The deadline is in real time, also while a test moves larder's clock by hand.

use std::{future::poll_fn, sync::Arc, sync::PoisonError, task::Poll, task::Waker, thread, time::Duration};

use super::{executor, executor::Executor, executor::discard};
use crate::sync::plain::{Mutex, lock};

/// Ends larder's background work: refreshes and late executions. Nothing new is taken, what waits for its turn is dropped, and what runs is waited for, but not
/// longer than `deadline` (real time). What still runs then goes on by itself; it is not cut off.
///
/// Meant for the end of a program, before its runtime goes. Calls of cached functions work afterwards as before: they run in the caller's time. When all of this was
/// shut down before, returns at once.
///
/// Inside background work it would wait for itself, until the deadline. Cost: a thread for the time of the wait, none where nothing runs; if none can be had,
/// what runs is not waited for.
pub async fn shutdown(deadline: Duration) -> Shutdown {
    executor().shutdown(deadline).await
}

/// As [`shutdown`], on the calling thread.
pub fn shutdown_blocking(deadline: Duration) -> Shutdown {
    let executor = executor();
    executor.close();
    executor.wait(deadline)
}

/// What a shutdown came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shutdown {
    /// Whether everything that ran has ended.
    pub finished: bool,
    /// How much still ran when this was not waited for any longer.
    pub abandoned: usize,
}

impl Executor {
    pub(super) async fn shutdown(&'static self, deadline: Duration) -> Shutdown {
        self.close();
        let is_closing = lock(&self.queue).is_closing();
        if !is_closing {
            return self.wait(Duration::ZERO);
        }
        let watch = Arc::new(Mutex::new(Watch { outcome: None, waker: None }));
        let watcher = watch.clone();
        let wait = move || {
            let outcome = self.wait(deadline);
            let mut watch = lock(&watcher);
            watch.outcome = Some(outcome);
            let waker = watch.waker.take();
            drop(watch);
            if let Some(waker) = waker {
                waker.wake();
            }
        };
        if thread::Builder::new().name("larder-shutdown".into()).spawn(wait).is_err() {
            return self.wait(Duration::ZERO);
        }
        poll_fn(|context| {
            let waker = context.waker().clone();
            let mut watch = lock(&watch);
            if let Some(outcome) = watch.outcome {
                return Poll::Ready(outcome);
            }
            let replaced = watch.waker.replace(waker);
            drop(watch);
            drop(replaced);
            Poll::Pending
        })
        .await
    }

    /// Takes nothing any more, and drops what waits.
    pub(super) fn close(&self) {
        let (for_tasks, for_threads) = lock(&self.queue).close();
        for_tasks.into_iter().for_each(|job| _ = discard(job));
        for_threads.into_iter().for_each(|job| _ = discard(job));
        self.work.notify_all();
    }

    /// Waits for what runs.
    pub(super) fn wait(&self, deadline: Duration) -> Shutdown {
        let mut queue = lock(&self.queue);
        if queue.is_closing() {
            (queue, _) = self
                .over
                .wait_timeout_while(queue, deadline, |queue| !queue.is_over())
                .unwrap_or_else(PoisonError::into_inner);
        }
        queue.closed();
        let abandoned = queue.running();
        Shutdown { finished: abandoned == 0, abandoned }
    }
}

struct Watch {
    outcome: Option<Shutdown>,
    waker: Option<Waker>,
}
