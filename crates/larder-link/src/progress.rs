//! How far a request of a task is: one that waits for others is no sign that the server is slow.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use larder_core::store_bytes::link::Deadline;

/// Whether a request was sent while there was time to answer it. One that never waits for others is taken for sent.
#[derive(Debug)]
pub struct Progress {
    /// When it is too late.
    until: Deadline,
    queued: Mutex<Option<Arc<AtomicBool>>>,
}

/// The place of a request that waits until it is sent together with others.
#[derive(Debug)]
pub struct Queued {
    until: Deadline,
    was_sent: Arc<AtomicBool>,
}

impl Progress {
    /// Of a request that ends at `deadline`, and that a server which is well answers in `enough` time.
    #[must_use]
    pub fn new(deadline: Deadline, enough: Duration) -> Self {
        Self { until: deadline.before(enough), queued: Mutex::new(None) }
    }

    /// The request waits from now on, until [`Queued::is_sent`].
    #[must_use]
    pub fn queued(&self) -> Queued {
        let mut queued = self.lock();
        let was_sent = queued.get_or_insert_default();
        // a request that is asked a second time waits again
        was_sent.store(false, Ordering::Relaxed);
        Queued { until: self.until, was_sent: Arc::clone(was_sent) }
    }

    /// The request is sent at once. It may have waited before, on a connection that is gone.
    pub fn is_sent(&self) {
        *self.lock() = None;
    }

    /// Whether the server could have answered in time.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.lock().as_ref().is_none_or(|was_sent| was_sent.load(Ordering::Relaxed))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<AtomicBool>>> {
        self.queued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queued {
    /// It waits no more, at this moment. Sent too late is as not sent.
    pub fn is_sent(&self, now: Deadline) {
        if now <= self.until {
            self.was_sent.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn what_waits_is_not_sent() {
        let progress = Progress::new(Deadline::after(MINUTE), MINUTE / 2);
        assert!(progress.was_sent());
        for _ in 0..2 {
            let queued = progress.queued();
            assert!(!progress.was_sent());
            queued.is_sent(Deadline::now());
            assert!(progress.was_sent());
        }
        let _forgotten = progress.queued();
        progress.is_sent();
        assert!(progress.was_sent(), "the second time it was sent at once");
    }

    #[test]
    fn what_is_sent_too_late_is_not_sent() {
        for (left, enough) in [(Duration::ZERO, MINUTE / 2), (MINUTE / 4, MINUTE / 2)] {
            let progress = Progress::new(Deadline::after(left), enough);
            progress.queued().is_sent(Deadline::now());
            assert!(!progress.was_sent());
        }
    }
}
