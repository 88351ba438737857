//! Threads for the async half: work is handed over, and the task that asked is woken when it is done.

use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

type Job = Box<dyn FnOnce() + Send>;

/// A few threads, started when there is work and ended when there is none for a while.
#[derive(Default)]
pub(crate) struct Workers {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    is_closed: bool,
}

impl Workers {
    /// Has `work` done on another thread, and gives what comes of it; `None` if it panicked. It is done also when the future is dropped.
    pub(crate) fn hand_over<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Outcome<T> {
        let outcome = Outcome { slot: Arc::new(Mutex::new(Slot::Waiting(None))) };
        let promise = Promise(outcome.slot.clone());
        self.submit(Box::new(move || promise.keep(work())));
        outcome
    }

    pub(crate) fn submit(self: &Arc<Self>, job: Job) {
        let mut state = lock(&self.state);
        state.jobs.push_back(job);
        if state.idle >= state.jobs.len() || state.threads >= MOST_THREADS {
            drop(state);
            self.changed.notify_one();
            return;
        }
        state.threads += 1;
        drop(state);
        let workers = self.clone();
        let started = thread::Builder::new().name("larder-file".into()).spawn(move || workers.work());
        if started.is_err() {
            // the system gives no thread: whoever asks does it, and blocks
            let job = {
                let mut state = lock(&self.state);
                state.threads -= 1;
                state.jobs.pop_back()
            };
            if let Some(job) = job {
                job();
            }
        }
    }

    /// Lets the threads end when they have done what was handed over.
    pub(crate) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.changed.notify_all();
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            // a job that panics has told whoever waits for it, and the thread goes on
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
        }
    }

    /// What a thread does next; `None` if it is to end, and is counted out then.
    fn next(&self) -> Option<Job> {
        let mut state = lock(&self.state);
        let mut is_tired = false;
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.is_closed || is_tired {
                state.threads -= 1;
                return None;
            }
            state.idle += 1;
            let (back, waited) =
                self.changed.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
            state = back;
            state.idle -= 1;
            is_tired = waited.timed_out();
        }
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = lock(&self.state);
        out.debug_struct("Workers").field("threads", &state.threads).field("jobs", &state.jobs.len()).finish()
    }
}

/// What will come of work on another thread.
pub(crate) struct Outcome<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

enum Slot<T> {
    Waiting(Option<Waker>),
    Done(Option<T>),
}

impl<T> Future for Outcome<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        // wakers are the executor's code: cloned before the lock is taken, dropped after it
        let waker = context.waker().clone();
        let _old;
        let mut slot = lock(&self.slot);
        match &mut *slot {
            Slot::Done(value) => Poll::Ready(value.take()),
            Slot::Waiting(waiting) => {
                _old = waiting.replace(waker);
                drop(slot);
                Poll::Pending
            }
        }
    }
}

/// Tells whoever waits, also when the work panics.
struct Promise<T>(Arc<Mutex<Slot<T>>>);

impl<T> Promise<T> {
    fn keep(self, value: T) {
        self.tell(Some(value));
    }

    fn tell(&self, value: Option<T>) {
        let before = std::mem::replace(&mut *lock(&self.0), Slot::Done(value));
        if let Slot::Waiting(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let is_told = matches!(*lock(&self.0), Slot::Done(_));
        if !is_told {
            self.tell(None);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const MOST_THREADS: usize = 4;

/// How long a thread waits for work before it ends.
const IDLE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests;
