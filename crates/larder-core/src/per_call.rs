//! What one call asks for beside its arguments: read past the cache, do not store, take an older value, do not wait.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    time::Duration,
};

use crate::thread;

/// How the calls inside [`with_options`] use the cache. Without any of these they do as always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "options do nothing until they are given to `with_options`"]
pub struct CallOptions {
    pub(crate) skip_read: bool,
    pub(crate) skip_write: bool,
    pub(crate) no_wait: bool,
    pub(crate) max_stale: Option<Duration>,
}

impl CallOptions {
    /// As always.
    pub fn new() -> Self {
        Self::default()
    }

    /// The function runs whatever is stored, and its value is stored. A call of the same key that runs already is joined.
    pub fn skip_read(mut self) -> Self {
        self.skip_read = true;
        self
    }

    /// What the function gives is not stored, and what is stored stays. Callers who wait for it get it all the same.
    pub fn skip_write(mut self) -> Self {
        self.skip_write = true;
        self
    }

    /// The call waits for nobody: it takes a stale value for as long as one is kept, and otherwise runs the function itself, although another call may be running it.
    pub fn no_wait(mut self) -> Self {
        self.no_wait = true;
        self
    }

    /// The call takes a stale value at once if its lifetime was over for less than this, whatever the stale windows say; zero: fresh values only. Values are
    /// kept no longer than the windows of the function, so that more than those comes to the same as all of it.
    pub fn max_stale(mut self, age: Duration) -> Self {
        self.max_stale = Some(age);
        self
    }
}

/// Runs `work`; calls of cached functions that it makes on this thread obey the options. What these functions call in turn does as always. Options inside
/// options replace them. `with_options(CallOptions::new().skip_read(), || balance(7))` gives a value that is not older than this call, and stores it for those to come.
///
/// Cost: a hit with options takes a few nanoseconds more; without, nothing.
///
/// # Panics
///
/// When `work` does.
pub fn with_options<T>(options: CallOptions, work: impl FnOnce() -> T) -> T {
    let _restore = thread::set_options(Some(options));
    work()
}

/// As [`with_options`], for a future, on whatever thread it is polled.
pub async fn with_options_async<F: Future>(options: CallOptions, work: F) -> F::Output {
    let mut work = pin!(work);
    poll_fn(|context| with_options(options, || work.as_mut().poll(context))).await
}
