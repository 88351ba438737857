//! larder's own threads: they run sync jobs, and async jobs where no tokio runtime is known.

use std::{sync::PoisonError, thread};

use super::{
    Job,
    executor::{Executor, ForThread},
    queue::End,
    runtime::{Known, Runtime},
};
use crate::{maintenance::guarded, park, sync::plain::lock};

/// Starts a thread, which nobody joins; whether it did.
pub(super) fn start(executor: &'static Executor) -> bool {
    let work = move || {
        while let Some(job) = next(executor) {
            executor.thread_ended(run(job, executor.known));
        }
    };
    thread::Builder::new().name(NAME.into()).spawn(work).is_ok()
}

/// The next job; `None`: the thread is to leave.
fn next(executor: &Executor) -> Option<ForThread> {
    let mut queue = lock(&executor.queue);
    let idle = queue.limits().idle;
    let mut has_waited = false;
    loop {
        if let Some(job) = queue.take() {
            return Some(job);
        }
        if has_waited || !queue.is_open() {
            let left = queue.thread_left();
            debug_assert!(left.is_empty(), "nothing waits where a thread finds nothing");
            return None;
        }
        let (again, waited) = executor.work.wait_timeout(queue, idle).unwrap_or_else(PoisonError::into_inner);
        (queue, has_waited) = (again, waited.timed_out());
    }
}

fn run(ForThread { job, runtime }: ForThread, known: &Known) -> End {
    // Around all of it, since leaving the runtime's context panics, too, when the job has left another one behind.
    let ran = guarded(|| {
        let runtime = known.living(runtime);
        let _inside = runtime.as_ref().map(Runtime::enter);
        match job {
            Job::Sync(work) => guarded(work),
            Job::Async(mut future) => {
                let ran = guarded(|| park::block_on(future.as_mut()));
                ran.and(guarded(|| drop(future)))
            }
        }
    });
    if ran.flatten().is_some() { End::Done } else { End::Panicked }
}

const NAME: &str = "larder-background";
