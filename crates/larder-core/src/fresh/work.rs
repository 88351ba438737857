//! What is run in the background: the function with arguments of its own.

use std::{fmt, future::Future};

use super::Claim;
use crate::{
    background::{self, Job},
    clock::Nanos,
};

/// An argument that can be kept for a run in the background.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept for a run in the background",
    label = "this argument is cloned for it",
    note = "`stale_while_revalidate`, `refresh`, `early` and the timeouts need arguments that are `Clone + Send + 'static`: pass an `Arc`, or an owned value"
)]
pub trait Owned: Sized {
    /// The argument itself.
    type Kept;

    /// Gives it up for keeping.
    fn keep(self) -> Self::Kept;

    /// A copy for keeping.
    fn keep_copy(&self) -> Self::Kept;
}

impl<T: Clone + Send + 'static> Owned for T {
    type Kept = T;

    fn keep(self) -> T {
        self
    }

    fn keep_copy(&self) -> T {
        self.clone()
    }
}

/// Gives an argument up for keeping.
///
/// Not public API. Used by generated code.
pub fn keep<T: Owned>(argument: T) -> T::Kept {
    argument.keep()
}

/// A copy of an argument for keeping.
///
/// Not public API. Used by generated code.
pub fn keep_copy<T: Owned>(argument: &T) -> T::Kept {
    argument.keep_copy()
}

/// The age of the value that a run in the background is to replace.
///
/// Not public API. Used by generated code.
#[derive(Clone, Copy, Debug)]
pub struct Since(pub(crate) Nanos);

/// Runs a function in the background, as often as need be.
pub(crate) trait Again: Send {
    /// Starts one run.
    fn start(&self, claim: Claim);
}

impl fmt::Debug for dyn Again {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Again")
    }
}

/// A function with arguments of its own.
struct Work<A, F> {
    arguments: A,
    run: F,
}

/// The same for an async function.
struct WorkAsync<A, F> {
    arguments: A,
    run: F,
}

impl<A, F> Again for Work<A, F>
where
    A: Clone + Send + 'static,
    F: Fn(Since, A) + Copy + Send + 'static,
{
    fn start(&self, claim: Claim) {
        start(claim, self.arguments.clone(), self.run);
    }
}

impl<A, F, T> Again for WorkAsync<A, F>
where
    A: Clone + Send + 'static,
    F: Fn(Since, A) -> T + Copy + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    fn start(&self, claim: Claim) {
        start_async(claim, self.arguments.clone(), self.run);
    }
}

/// What refreshes a key as often as need be, with these arguments.
pub(crate) fn kept<A, F>(arguments: A, run: F) -> Box<dyn Again>
where
    A: Clone + Send + 'static,
    F: Fn(Since, A) + Copy + Send + 'static,
{
    Box::new(Work { arguments, run })
}

/// The same for an async function.
pub(crate) fn kept_async<A, F, T>(arguments: A, run: F) -> Box<dyn Again>
where
    A: Clone + Send + 'static,
    F: Fn(Since, A) -> T + Copy + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    Box::new(WorkAsync { arguments, run })
}

/// Starts one run with these arguments.
pub(super) fn start<A: Send + 'static>(
    mut claim: Claim,
    arguments: A,
    run: impl Fn(Since, A) + Send + 'static,
) {
    claim.start();
    let since = Since(claim.since);
    background::spawn(Job::Sync(Box::new(move || {
        run(since, arguments);
        claim.done();
    })));
}

/// The same for an async function.
pub(super) fn start_async<A, T>(mut claim: Claim, arguments: A, run: impl Fn(Since, A) -> T + Send + 'static)
where
    A: Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    claim.start();
    let since = Since(claim.since);
    background::spawn(Job::Async(Box::pin(async move {
        run(since, arguments).await;
        claim.done();
    })));
}
