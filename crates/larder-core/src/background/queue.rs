//! Who may run and who waits: slots, queues and counts. It runs nothing, and is locked by others.

use std::{collections::VecDeque, time::Duration};

use super::Background;

/// How much at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Tasks on tokio at a time.
    pub(super) tasks: usize,
    /// Threads of ours.
    pub(super) threads: usize,
    /// Jobs that wait, for a task or a thread.
    pub(super) queued: usize,
    /// How long a thread waits for work before it leaves, in real time.
    pub(super) idle: Duration,
}

impl Limits {
    pub(super) fn of_this_machine() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { tasks: 64, threads: processors.clamp(2, 4), queued: 10_000, idle: Duration::from_secs(10) }
    }
}

/// What became of a job that was offered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Offer<J> {
    /// It has a slot: it is to be run as a task.
    Start(J),
    /// It waits, and a thread is counted in for it: it is to be started.
    NeedsThread,
    /// It waits for an idle thread, which is to be woken.
    WakesThread,
    /// It waits until another one has ended.
    Waits,
    /// Counted as dropped.
    Refused(J),
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done,
    Panicked,
    Dropped,
    /// It goes on elsewhere, where its end will be counted.
    Moved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    /// Takes nothing any more, and what runs is waited for.
    Closing,
    /// Takes nothing any more, and a shutdown has returned.
    Closed,
}

/// The state of all background work: of jobs `T` to be run as tasks on tokio, and jobs `J` to be run by threads.
///
/// While a job waits for a task, all slots are taken: whoever ends hands its slot on.
#[derive(Debug)]
pub(super) struct Queue<T, J> {
    limits: Limits,
    phase: Phase,
    for_tasks: VecDeque<T>,
    /// Slots that are taken.
    tasks: usize,
    for_threads: VecDeque<J>,
    /// Threads that live, or are about to be started.
    threads: usize,
    /// Those of them without a job.
    idle: usize,
    done: u64,
    panicked: u64,
    dropped: u64,
}

impl<T, J> Queue<T, J> {
    pub(super) const fn new(limits: Limits) -> Self {
        Self {
            limits,
            phase: Phase::Open,
            for_tasks: VecDeque::new(),
            tasks: 0,
            for_threads: VecDeque::new(),
            threads: 0,
            idle: 0,
            done: 0,
            panicked: 0,
            dropped: 0,
        }
    }

    pub(super) fn offer_task(&mut self, job: T) -> Offer<T> {
        if self.is_open() && self.tasks < self.limits.tasks {
            self.tasks += 1;
            return Offer::Start(job);
        }
        if self.refuses() {
            return Offer::Refused(job);
        }
        self.for_tasks.push_back(job);
        Offer::Waits
    }

    pub(super) fn offer_thread(&mut self, job: J) -> Offer<J> {
        if self.refuses() {
            return Offer::Refused(job);
        }
        self.for_threads.push_back(job);
        if self.for_threads.len() > self.idle && self.threads < self.limits.threads {
            self.threads += 1;
            self.idle += 1;
            return Offer::NeedsThread;
        }
        if self.idle > 0 { Offer::WakesThread } else { Offer::Waits }
    }

    /// A task has ended. What is given has its slot, and is to be run.
    pub(super) fn task_ended(&mut self, end: End) -> Option<T> {
        self.count(end);
        let next = self.for_tasks.pop_front();
        self.tasks -= usize::from(next.is_none());
        next
    }

    /// A job for an idle thread.
    pub(super) fn take(&mut self) -> Option<J> {
        let job = self.for_threads.pop_front()?;
        self.idle -= 1;
        Some(job)
    }

    /// A thread is idle again.
    pub(super) fn thread_ended(&mut self, end: End) {
        self.count(end);
        self.idle += 1;
    }

    /// An idle thread is gone, or could not be started. What is given has no thread to wait for, and is dropped.
    #[must_use = "jobs are dropped outside of the lock"]
    pub(super) fn thread_left(&mut self) -> VecDeque<J> {
        self.threads -= 1;
        self.idle -= 1;
        let left = if self.threads == 0 { std::mem::take(&mut self.for_threads) } else { VecDeque::new() };
        self.dropped += left.len() as u64;
        left
    }

    /// Takes nothing any more. What is given has waited, and is dropped.
    #[must_use = "jobs are dropped outside of the lock"]
    pub(super) fn close(&mut self) -> (VecDeque<T>, VecDeque<J>) {
        if self.is_open() {
            self.phase = Phase::Closing;
        }
        let left = (std::mem::take(&mut self.for_tasks), std::mem::take(&mut self.for_threads));
        self.dropped += (left.0.len() + left.1.len()) as u64;
        left
    }

    /// A shutdown returns.
    pub(super) fn closed(&mut self) {
        if self.phase == Phase::Closing {
            self.phase = Phase::Closed;
        }
    }

    pub(super) fn reopen(&mut self) {
        self.phase = Phase::Open;
        (self.done, self.panicked, self.dropped) = (0, 0, 0);
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Whether a shutdown has something to wait for.
    pub(super) fn is_closing(&self) -> bool {
        self.phase == Phase::Closing && self.running() > 0
    }

    /// Whether a shutdown that waits may return.
    pub(super) fn is_over(&self) -> bool {
        self.is_open() || self.running() == 0
    }

    pub(super) fn is_idle(&self) -> bool {
        self.queued() + self.running() == 0
    }

    pub(super) fn running(&self) -> usize {
        self.tasks + self.threads - self.idle
    }

    pub(super) fn background(&self) -> Background {
        Background {
            queued: self.queued(),
            running: self.running(),
            done: self.done,
            panicked: self.panicked,
            dropped: self.dropped,
        }
    }

    #[cfg(test)]
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    fn queued(&self) -> usize {
        self.for_tasks.len() + self.for_threads.len()
    }

    /// Whether there is no place to wait; then the job is counted as dropped.
    fn refuses(&mut self) -> bool {
        let refuses = !self.is_open() || self.queued() >= self.limits.queued;
        self.dropped += u64::from(refuses);
        refuses
    }

    fn count(&mut self, end: End) {
        match end {
            End::Done => self.done += 1,
            End::Panicked => self.panicked += 1,
            End::Dropped => self.dropped += 1,
            End::Moved => {}
        }
    }
}

#[cfg(test)]
mod tests;
