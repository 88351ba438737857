//! Finding out that a server is back, without a call that waits for it.

use std::{sync::Weak, thread, time::Duration};

use super::{Backoff, Breaker};
use crate::sync::plain::{Condvar, Mutex, lock};

/// Something behind a [`Breaker`] that can be asked whether it is well.
pub trait Probe: Send + Sync + 'static {
    /// Its breaker.
    fn breaker(&self) -> &Breaker;

    /// Asks the server, on a connection of its own and within its deadline; says whether it answered as it should. It runs on the thread of the probe.
    fn probe(&self) -> bool;
}

/// Starts the thread that asks until the server answers, and closes the breaker then. The first time is at once, so that a mere hiccup costs little; then after waits
/// of at most 100 ms that grow to at most 1 s, at random. The thread ends with the breaker closed, or with its owner.
///
/// Call it when [`Breaker::failed`] says that it opened: so there is one thread at most. Should the system have no thread to give, the breaker is closed at once, since nothing
/// else would ever close it.
pub fn probe_until_closed<P: Probe>(owner: &std::sync::Arc<P>) {
    let watched = std::sync::Arc::downgrade(owner);
    let started = thread::Builder::new().name("larder-probe".into()).spawn(move || ask(&watched));
    if started.is_err() {
        owner.breaker().close();
    }
}

fn ask<P: Probe>(watched: &Weak<P>) {
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    while let Some(owner) = watched.upgrade() {
        let mut closing = Closing { breaker: owner.breaker(), is_due: true };
        closing.is_due = owner.probe();
        if closing.is_due {
            return;
        }
        drop(closing);
        drop(owner);
        wait(backoff.failed().max(SHORTEST_WAIT));
    }
}

/// Closes the breaker when the server answered, and when asking panicked: a thread that is gone must not leave it open for ever.
struct Closing<'a> {
    breaker: &'a Breaker,
    is_due: bool,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        if self.is_due {
            self.breaker.close();
        }
    }
}

/// Waits in real time. A condition that nobody signals, rather than a sleep: it is what the rest of the crate waits with.
fn wait(duration: Duration) {
    static NOBODY: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());
    let _ = NOBODY.1.wait_timeout(lock(&NOBODY.0), duration);
}

const SHORTEST_WAIT: Duration = Duration::from_millis(20);
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc,
    };

    use super::{super::Severity, *};

    struct Server {
        breaker: Breaker,
        refusals_left: AtomicU32,
        asked: mpsc::Sender<bool>,
    }

    impl Probe for Server {
        fn breaker(&self) -> &Breaker {
            &self.breaker
        }

        fn probe(&self) -> bool {
            let left = self.refusals_left.load(Ordering::Relaxed);
            self.refusals_left.store(left.saturating_sub(1), Ordering::Relaxed);
            let _ = self.asked.send(left == 0);
            left == 0
        }
    }

    fn gone(refusals: u32) -> (Arc<Server>, mpsc::Receiver<bool>) {
        let (asked, answers) = mpsc::channel();
        let server = Server { breaker: Breaker::new(1), refusals_left: AtomicU32::new(refusals), asked };
        let ticket = server.breaker.admit().expect("a new one is closed");
        assert!(server.breaker.failed(ticket, Severity::Slow));
        (Arc::new(server), answers)
    }

    #[test]
    fn it_asks_until_there_is_an_answer_and_closes_the_breaker() {
        let (server, answers) = gone(3);
        probe_until_closed(&server);
        let asked: Vec<bool> = (0..4).filter_map(|_| answers.recv().ok()).collect();
        assert_eq!(asked, [false, false, false, true]);
        let waited_since = std::time::Instant::now();
        while server.breaker.is_open() {
            assert!(waited_since.elapsed() < Duration::from_secs(10), "the breaker stays open");
            thread::yield_now();
        }
        assert!(server.breaker.admit().is_some());
    }

    #[test]
    fn it_ends_with_its_owner() {
        let (server, answers) = gone(u32::MAX);
        probe_until_closed(&server);
        assert_eq!(answers.recv(), Ok(false));
        drop(server);
        // the thread's own reference goes with it, and the sender with that
        while answers.recv().is_ok() {}
    }
}
