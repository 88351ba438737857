//! An async job on tokio: gives back its slot, however it ends.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    AsyncWork,
    executor::{Executor, discard},
    queue::End,
    runtime::Runtime,
};
use crate::maintenance::guarded;

pub(super) struct Task {
    executor: &'static Executor,
    /// Until it has ended.
    future: Option<AsyncWork>,
    runtime: Runtime,
}

impl Task {
    pub(super) fn new(executor: &'static Executor, future: AsyncWork, runtime: Runtime) -> Self {
        Self { executor, future: Some(future), runtime }
    }
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(future) = &mut self.future else { return Poll::Ready(()) };
        let polled = guarded(|| future.as_mut().poll(context));
        if polled == Some(Poll::Pending) {
            return Poll::Pending;
        }
        let future = self.future.take();
        let dropped = guarded(|| drop(future));
        self.executor.task_ended(if polled.and(dropped).is_some() { End::Done } else { End::Panicked });
        Poll::Ready(())
    }
}

impl Drop for Task {
    /// tokio drops a task before its end only when its runtime ends.
    fn drop(&mut self) {
        let Some(future) = self.future.take() else { return };
        // First of all, so that whatever the destructor hands over goes elsewhere.
        self.executor.known.forget(&self.runtime);
        discard(future);
        self.executor.task_ended(End::Dropped);
    }
}
