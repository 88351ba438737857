//! How a function says that time ran out: whether its result can, in one error that says what to do.
//!
//! # Tokens
//!
//! For a function that returns `Ret`, every token but `Ret` spanned at the option:
//!
//! ```text
//! ::larder::__private::TimeoutProbe::<Ret>::new().timed_out()
//! ```
//!
//! It works as the probes of [`outcome`](crate::outcome) do: each dereferences to the next one, method lookup takes the first whose bounds hold, and the last two give the
//! error.

use std::{fmt, marker::PhantomData, ops::Deref};

use crate::error::Error;

/// Takes results whose errors can be made from larder's.
///
/// Not public API. Used by generated code.
pub struct TimeoutProbe<V>(UnfitErrorProbe<V>);

/// Takes the remaining results, to name the error type in the error.
///
/// Not public API. Used by generated code.
pub struct UnfitErrorProbe<V>(UnfitResultProbe<V>);

/// Takes what is left.
///
/// Not public API. Used by generated code.
pub struct UnfitResultProbe<V>(PhantomData<fn() -> V>);

#[expect(clippy::new_without_default, reason = "only generated code builds one, by this name")]
impl<V> TimeoutProbe<V> {
    /// Asks how a function that returns `V` says that time ran out.
    #[must_use]
    pub const fn new() -> Self {
        Self(UnfitErrorProbe(UnfitResultProbe(PhantomData)))
    }
}

impl<T, E: From<Error>> TimeoutProbe<Result<T, E>> {
    /// What makes the result of a call that waited too long.
    pub fn timed_out(&self) -> fn(Error) -> Result<T, E> {
        |error| Err(error.into())
    }
}

impl<T, E> UnfitErrorProbe<Result<T, E>> {
    /// Never compiles: the first probe had taken results that can say it.
    pub fn timed_out(&self) -> fn(Error) -> Result<T, E>
    where
        (): SaysTimeout<E>,
    {
        unreachable!("an error that cannot say that time ran out does not compile")
    }
}

impl<V> UnfitResultProbe<V> {
    /// Never compiles: the other probes had taken results.
    pub fn timed_out(&self) -> fn(Error) -> V
    where
        (): Fails<V>,
    {
        unreachable!("a result that cannot say that time ran out does not compile")
    }
}

impl<V> Deref for TimeoutProbe<V> {
    type Target = UnfitErrorProbe<V>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<V> Deref for UnfitErrorProbe<V> {
    type Target = UnfitResultProbe<V>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<V> fmt::Debug for TimeoutProbe<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TimeoutProbe")
    }
}

impl<V> fmt::Debug for UnfitErrorProbe<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("UnfitErrorProbe")
    }
}

impl<V> fmt::Debug for UnfitResultProbe<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("UnfitResultProbe")
    }
}

/// What the second probe asks for: nothing has it, it gives the error its words.
///
/// A parameter and not `Self` is the type, or rustc would advise generic functions to ask for this trait.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{E}` cannot say that time ran out; `hard_timeout` needs a function that returns `Result<_, E>` where `E: From<larder::Error>`",
    label = "a call that waits longer than this gives an error",
    note = "write `impl From<larder::Error>` for the error type, or use `soft_timeout` with `stale_if_error`, which gives a stale value instead"
)]
pub trait SaysTimeout<E> {}

/// What the last probe asks for.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{V}` cannot say that time ran out; `hard_timeout` needs a function that returns `Result<_, E>` where `E: From<larder::Error>`",
    label = "a call that waits longer than this gives an error",
    note = "return such a `Result`, or use `soft_timeout` with `stale_if_error`, which gives a stale value instead"
)]
pub trait Fails<V> {}
