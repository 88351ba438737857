//! What is run in the background: the function with arguments of its own.

use std::{fmt, future::Future};

use super::Claim;
use crate::{
    background::{self, Job},
    clock::Nanos,
};

/// The age of the value that a run in the background is to replace.
///
/// Not public API. Used by generated code.
#[derive(Clone, Copy, Debug)]
pub struct Since(pub(crate) Nanos);

/// Runs a function in the background, as often as need be.
pub(crate) trait Again: Send + 'static {
    /// Starts one run, with a copy of the arguments.
    fn start(&self, claim: Claim);

    /// Starts the only run.
    fn start_once(self, claim: Claim)
    where
        Self: Sized;
}

impl fmt::Debug for dyn Again {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Again")
    }
}

/// A function with arguments of its own.
pub(super) struct Work<A, F> {
    pub(super) arguments: A,
    pub(super) run: F,
}

/// The same for an async function.
pub(super) struct WorkAsync<A, F> {
    pub(super) arguments: A,
    pub(super) run: F,
}

impl<A, F> Again for Work<A, F>
where
    A: Clone + Send + 'static,
    F: Fn(Since, A) + Copy + Send + 'static,
{
    fn start(&self, claim: Claim) {
        Self { arguments: self.arguments.clone(), run: self.run }.start_once(claim);
    }

    fn start_once(self, mut claim: Claim) {
        claim.start();
        let since = Since(claim.since);
        background::spawn(Job::Sync(Box::new(move || {
            (self.run)(since, self.arguments);
            claim.done();
        })));
    }
}

impl<A, F, T> Again for WorkAsync<A, F>
where
    A: Clone + Send + 'static,
    F: Fn(Since, A) -> T + Copy + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    fn start(&self, claim: Claim) {
        Self { arguments: self.arguments.clone(), run: self.run }.start_once(claim);
    }

    fn start_once(self, mut claim: Claim) {
        claim.start();
        let since = Since(claim.since);
        background::spawn(Job::Async(Box::pin(async move {
            (self.run)(since, self.arguments).await;
            claim.done();
        })));
    }
}
