//! No tokio runtime is ever known: the twin of `runtime.rs` without the feature `tokio`.

use std::{convert::Infallible, future::Future};

/// There is none.
#[derive(Clone, Debug)]
pub(crate) struct Runtime(Infallible);

impl Runtime {
    pub(crate) fn current() -> Option<Self> {
        None
    }

    pub(super) fn spawn(&self, _task: impl Future<Output = ()> + Send + 'static) -> bool {
        match self.0 {}
    }

    pub(crate) fn enter(&self) -> Self {
        match self.0 {}
    }
}

pub(super) struct Known;

impl Known {
    pub(super) const fn none() -> Self {
        Self
    }

    /// Looking for one would find none.
    pub(super) fn wants_one(&self) -> bool {
        false
    }

    pub(super) fn current_or_newest(&self) -> Option<Runtime> {
        None
    }

    pub(super) fn living(&self, runtime: Option<Runtime>) -> Option<Runtime> {
        runtime
    }

    pub(super) fn forget_all(&self) {}

    pub(super) fn forget(&self, runtime: &Runtime) {
        match runtime.0 {}
    }
}
