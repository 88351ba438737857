//! The executor with real threads and real runtimes, each test with one of its own. They wait for states, never for a time to pass.

#[cfg(feature = "tokio")]
mod runtimes;
mod shutting_down;
mod working;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use super::{executor::Executor, queue::Limits, runtime::Known, *};

const LIMITS: Limits = Limits { tasks: 2, threads: 2, queued: 4, idle: Duration::from_secs(60) };

/// Far beyond what any of it takes.
const LONG: Duration = Duration::from_secs(60);

fn executor(limits: Limits) -> &'static Executor {
    Box::leak(Box::new(Executor::new(limits, Box::leak(Box::new(Known::none())))))
}

fn sync(work: impl FnOnce() + Send + 'static) -> Job {
    Job::Sync(Box::new(work))
}

fn asynchronous(work: impl Future<Output = ()> + Send + 'static) -> Job {
    Job::Async(Box::pin(work))
}

#[track_caller]
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < LONG, "{what}: not for a minute");
        thread::yield_now();
    }
}

impl Executor {
    fn background(&self) -> Background {
        lock(&self.queue).background()
    }

    #[track_caller]
    fn settles(&self) -> Background {
        eventually("nothing waits or runs", || lock(&self.queue).is_idle());
        self.background()
    }
}

/// Counts how often one of its kind was dropped.
#[derive(Clone, Default)]
struct Drops(Arc<AtomicUsize>);

struct Dropped(Drops);

impl Drops {
    fn guard(&self) -> Dropped {
        Dropped(self.clone())
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A job that says when it runs, and on which thread, and then stands still until it is let go.
struct Gate {
    entered: Receiver<String>,
    open: Sender<()>,
}

impl Gate {
    fn new() -> (Self, impl FnOnce() + Send + 'static) {
        let (says, entered) = mpsc::channel();
        let (open, opened) = mpsc::channel();
        let pass = move || {
            says.send(here()).unwrap();
            opened.recv_timeout(LONG).unwrap();
        };
        (Self { entered, open }, pass)
    }

    /// Waits until the job runs; gives the name of its thread.
    #[track_caller]
    fn entered(&self) -> String {
        self.entered.recv_timeout(LONG).unwrap()
    }

    fn open(&self) {
        self.open.send(()).unwrap();
    }
}

fn here() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}
