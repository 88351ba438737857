//! A call that is polled by hand.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

/// A future in the hands of a test: polled when the test says so, and asked whether anybody has woken it since.
pub(crate) struct Call<T> {
    future: Pin<Box<dyn Future<Output = T>>>,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

impl<T> Call<T> {
    pub(crate) fn of(future: impl Future<Output = T> + 'static) -> Self {
        Self { future: Box::pin(future), woken: Arc::new(Woken(AtomicBool::new(false))) }
    }

    pub(crate) fn poll(&mut self) -> Poll<T> {
        self.woken.0.store(false, SeqCst);
        let waker = Waker::from(self.woken.clone());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// Whether it was woken since it was polled last.
    pub(crate) fn is_woken(&self) -> bool {
        self.woken.0.load(SeqCst)
    }
}
