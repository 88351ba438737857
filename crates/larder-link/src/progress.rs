//! How far a request of a task is: one that waits for others is no sign that the server is slow.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use larder_core::store_bytes::link::Deadline;

/// Whether a request was sent while there was time to answer it. One that never waits for others is taken for sent.
#[derive(Debug)]
pub struct Progress {
    deadline: Deadline,
    enough: Duration,
    queued: OnceLock<Arc<AtomicBool>>,
}

/// The place of a request that waits until it is sent together with others.
#[derive(Debug)]
pub struct Queued {
    deadline: Deadline,
    enough: Duration,
    was_sent: Arc<AtomicBool>,
}

impl Progress {
    /// Of a request that ends at `deadline`, and that a server which is well answers in `enough` time.
    #[must_use]
    pub fn new(deadline: Deadline, enough: Duration) -> Self {
        Self { deadline, enough, queued: OnceLock::new() }
    }

    /// The request waits from now on, until [`Queued::is_sent`].
    #[must_use]
    pub fn queued(&self) -> Queued {
        let was_sent = self.queued.get_or_init(Arc::default);
        // a request that is asked a second time waits again
        was_sent.store(false, Ordering::Relaxed);
        Queued { deadline: self.deadline, enough: self.enough, was_sent: Arc::clone(was_sent) }
    }

    /// Whether the server could have answered in time.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.queued.get().is_none_or(|was_sent| was_sent.load(Ordering::Relaxed))
    }
}

impl Queued {
    /// It waits no more. Sent too late is as not sent.
    pub fn is_sent(&self) {
        if self.deadline.remaining().is_some_and(|left| left >= self.enough) {
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
            queued.is_sent();
            assert!(progress.was_sent());
        }
    }

    #[test]
    fn what_is_sent_too_late_is_not_sent() {
        for (left, enough) in [(Duration::ZERO, Duration::ZERO), (MINUTE / 4, MINUTE / 2)] {
            let progress = Progress::new(Deadline::after(left), enough);
            progress.queued().is_sent();
            assert!(!progress.was_sent());
        }
    }
}
