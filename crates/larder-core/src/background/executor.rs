//! The executor: finds each job its place.

use super::{
    AsyncWork, Job,
    queue::{End, Limits, Offer, Queue},
    runtime::{Known, Runtime},
    task::Task,
    threads,
};
use crate::{
    maintenance::guarded,
    sync::plain::{Condvar, Mutex, lock},
};

/// What runs the jobs; the program has one, each test its own.
pub(super) struct Executor {
    pub(super) queue: Mutex<Queue<ForTask, ForThread>>,
    /// There may be a job for an idle thread, or a reason to leave.
    pub(super) work: Condvar,
    /// What a shutdown waits for may have come about.
    pub(super) over: Condvar,
    pub(super) known: &'static Known,
    /// Starts one thread; whether it did.
    pub(super) start_thread: fn(&'static Self) -> bool,
}

pub(super) struct ForTask {
    future: AsyncWork,
    runtime: Runtime,
}

pub(super) struct ForThread {
    pub(super) job: Job,
    /// The one that was known when the job came.
    pub(super) runtime: Option<Runtime>,
}

impl Executor {
    pub(super) fn new(limits: Limits, known: &'static Known) -> Self {
        Self {
            queue: Mutex::new(Queue::new(limits)),
            work: Condvar::new(),
            over: Condvar::new(),
            known,
            start_thread: threads::start,
        }
    }

    pub(super) fn spawn(&'static self, job: Job) -> bool {
        match (job, self.known.current_or_newest()) {
            (Job::Async(future), Some(runtime)) => self.offer_task(ForTask { future, runtime }),
            (job, runtime) => self.offer_thread(ForThread { job, runtime }),
        }
    }

    /// A task has ended: its slot goes to those that wait.
    pub(super) fn task_ended(&'static self, mut end: End) {
        loop {
            let next = lock(&self.queue).task_ended(end);
            let Some(ForTask { future, runtime }) = next else { return self.announce_end() };
            match self.known.living(Some(runtime)) {
                Some(runtime) => {
                    // Whether it is dropped at once is its own destructor's business, which ends up here again.
                    self.start_task(future, runtime);
                    return;
                }
                None => {
                    self.offer_thread(ForThread { job: Job::Async(future), runtime: None });
                    end = End::Moved;
                }
            }
        }
    }

    /// A thread is through with its job.
    pub(super) fn thread_ended(&self, end: End) {
        lock(&self.queue).thread_ended(end);
        self.announce_end();
    }

    pub(super) fn reopen(&self) {
        lock(&self.queue).reopen();
        self.over.notify_all();
    }

    fn offer_task(&'static self, job: ForTask) -> bool {
        let offer = lock(&self.queue).offer_task(job);
        match offer {
            Offer::Start(ForTask { future, runtime }) => self.start_task(future, runtime),
            Offer::Refused(refused) => discard(refused),
            Offer::NeedsThread | Offer::WakesThread | Offer::Waits => true,
        }
    }

    fn offer_thread(&'static self, job: ForThread) -> bool {
        let offer = lock(&self.queue).offer_thread(job);
        match offer {
            Offer::NeedsThread if !(self.start_thread)(self) => {
                let left = lock(&self.queue).thread_left();
                let is_left = !left.is_empty();
                left.into_iter().for_each(|job| _ = discard(job));
                !is_left
            }
            Offer::Refused(refused) => discard(refused),
            Offer::WakesThread => {
                self.work.notify_one();
                true
            }
            Offer::Start(_) | Offer::NeedsThread | Offer::Waits => true,
        }
    }

    fn start_task(&'static self, future: AsyncWork, runtime: Runtime) -> bool {
        runtime.spawn(Task::new(self, future, runtime.clone()))
    }

    fn announce_end(&self) {
        let queue = lock(&self.queue);
        let may_be_awaited = !queue.is_open() && queue.is_over();
        drop(queue);
        if may_be_awaited {
            self.over.notify_all();
        }
    }
}

/// Drops a job, whose destructor may panic. Gives `false`: it was dropped.
pub(super) fn discard(job: impl Sized) -> bool {
    guarded(|| drop(job));
    false
}
