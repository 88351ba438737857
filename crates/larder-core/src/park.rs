//! Running a future on the calling thread, which sleeps in between.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

use crate::sync::plain::{Condvar, Mutex, lock};

/// Runs a future to its end on the calling thread.
pub(crate) fn block_on<F: Future + ?Sized>(mut future: Pin<&mut F>) -> F::Output {
    let sleeper = Arc::new(Sleeper { is_woken: Mutex::new(false), woken: Condvar::new() });
    let waker = Waker::from(sleeper.clone());
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => sleeper.sleep(),
        }
    }
}

/// A place of its own to sleep at: `thread::park` would take the wakes of an executor that runs on the same thread.
struct Sleeper {
    is_woken: Mutex<bool>,
    woken: Condvar,
}

impl Sleeper {
    fn sleep(&self) {
        let mut is_woken = lock(&self.is_woken);
        while !std::mem::take(&mut *is_woken) {
            is_woken = self.woken.wait(is_woken).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        *lock(&self.is_woken) = true;
        self.woken.notify_one();
    }
}
