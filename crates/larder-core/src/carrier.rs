//! How a function says an error of larder's, such as that time ran out: whether its result can, in one error that says what to do.
//!
//! # Tokens
//!
//! For a function that returns `Ret`, every token but `Ret` spanned at the option:
//!
//! ```text
//! ::larder::__private::CarrierProbe::<Ret>::new().carry()
//! ```
//!
//! It works as the probes of [`outcome`](crate::outcome) do: each dereferences to the next one, method lookup takes the first whose bounds hold, and the last two give the
//! error.

use std::{fmt, marker::PhantomData, ops::Deref};

use crate::error::Error;

/// Takes results whose errors can be made from larder's.
///
/// Not public API. Used by generated code.
pub struct CarrierProbe<V>(UnfitErrorProbe<V>);

/// Takes the remaining results, to name the error type in the error.
///
/// Not public API. Used by generated code.
pub struct UnfitErrorProbe<V>(UnfitResultProbe<V>);

/// Takes what is left.
///
/// Not public API. Used by generated code.
pub struct UnfitResultProbe<V>(PhantomData<fn() -> V>);

#[expect(clippy::new_without_default, reason = "only generated code builds one, by this name")]
impl<V> CarrierProbe<V> {
    /// Asks how a function that returns `V` says an error of larder's.
    #[must_use]
    pub const fn new() -> Self {
        Self(UnfitErrorProbe(UnfitResultProbe(PhantomData)))
    }
}

impl<T, E: From<Error>> CarrierProbe<Result<T, E>> {
    /// What makes a result of an error of larder's.
    pub fn carry(&self) -> fn(Error) -> Result<T, E> {
        |error| Err(error.into())
    }
}

impl<T, E> UnfitErrorProbe<Result<T, E>> {
    /// Never compiles: the first probe had taken results that can carry one.
    pub fn carry(&self) -> fn(Error) -> Result<T, E>
    where
        (): MadeFromError<E>,
    {
        unreachable!("an error that cannot be made from larder's does not compile")
    }
}

impl<V> UnfitResultProbe<V> {
    /// Never compiles: the other probes had taken results.
    pub fn carry(&self) -> fn(Error) -> V
    where
        (): CarriesError<V>,
    {
        unreachable!("a result that cannot carry larder's errors does not compile")
    }
}

impl<V> Deref for CarrierProbe<V> {
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

impl<V> fmt::Debug for CarrierProbe<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CarrierProbe")
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
    message = "`{E}` cannot be made from `larder::Error`; this option needs a function that returns `Result<_, E>` where `E: From<larder::Error>`",
    label = "because of this a call may give an error of larder's",
    note = "write `impl From<larder::Error>` for the error type",
    note = "or give a value instead: `soft_timeout` with `stale_if_error` in place of `hard_timeout`, `on_store_error = ignore` in place of `fail`"
)]
pub trait MadeFromError<E> {}

/// What the last probe asks for.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{V}` cannot carry `larder::Error`; this option needs a function that returns `Result<_, E>` where `E: From<larder::Error>`",
    label = "because of this a call may give an error of larder's",
    note = "return such a `Result`",
    note = "or give a value instead: `soft_timeout` with `stale_if_error` in place of `hard_timeout`, `on_store_error = ignore` in place of `fail`"
)]
pub trait CarriesError<V> {}
