//! What `preload` can be given: how a provider's arguments for the function come out of what it returns.
//!
//! # Tokens
//!
//! For a provider `p` and the tuple `A` of the function's owned arguments, every token but those two spanned at `p`:
//!
//! ```text
//! let provider = p;
//! let how = ::larder::__private::ProviderProbe::<A, _>::new(&provider).how();
//! ::larder::__private::source(how, provider, ..)
//! ```
//!
//! # How it works
//!
//! The probes find out whether `p` can be called; each dereferences to the next one, as in `key::probe`. What it returns is then [`Provided`]: an iterator, a stream, either
//! behind a `Result`, any of these behind a future. `M` says which; exactly one fits, so that the compiler finds it, and nothing is decided by spelling.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    iter::{Once, once},
    marker::PhantomData,
    ops::Deref,
    pin::Pin,
};

use futures_core::Stream;

use super::stop::Driver;

/// What a provider returns: in the end, arguments of type `A`.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`preload` needs the arguments of each call as a tuple of type `{A}`",
    label = "this provider gives `{Self}`",
    note = "return an iterator or a stream of `{A}`, or of `Result<{A}, E>`; what the function borrows is owned there, and a tuple of one is written `(id,)`"
)]
pub trait Provided<A, M> {
    /// Why there are no arguments at all.
    type Error;
    /// Why there is none where one was to be.
    type ItemError;
    /// Where they come from, one after the other.
    type Feed: Feed<A, Self::ItemError>;

    /// Begins to read them.
    fn feed(self, driver: &Driver<'_>) -> Option<Result<Self::Feed, Self::Error>>;
}

/// Arguments, one after the other.
///
/// Not public API. Used by generated code.
pub trait Feed<A, E> {
    /// The next ones; nothing when the run was stopped meanwhile, `Some(None)` at the end.
    fn next(&mut self, driver: &Driver<'_>) -> Option<Option<Result<A, E>>>;

    /// How many are left, where that is known.
    fn left(&self) -> Option<usize>;
}

/// What stands for the arguments of one call: they themselves, or a `Result`.
///
/// Not public API. Used by generated code.
pub trait Item<A, M> {
    /// Why there are none.
    type Error;

    /// The arguments.
    fn into_arguments(self) -> Result<A, Self::Error>;
}

/// Arguments as they are.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Bare;

/// Arguments in a `Result`.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Tried;

impl<A> Item<A, Bare> for A {
    type Error = Infallible;

    fn into_arguments(self) -> Result<A, Infallible> {
        Ok(self)
    }
}

impl<A, E> Item<A, Tried> for Result<A, E> {
    type Error = E;

    fn into_arguments(self) -> Self {
        self
    }
}

/// An iterator of such items.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Iterated<M>(PhantomData<M>);

/// A stream of such items.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Streamed<M>(PhantomData<M>);

/// A `Result` of something that is provided.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct InResult<M>(PhantomData<M>);

/// A future of something that is provided.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct InFuture<M>(PhantomData<M>);

#[diagnostic::do_not_recommend]
impl<A, M, I> Provided<A, Iterated<M>> for I
where
    I: IntoIterator,
    I::Item: Item<A, M>,
{
    type Error = Infallible;
    type ItemError = <I::Item as Item<A, M>>::Error;
    type Feed = IteratorFeed<I::IntoIter, M>;

    fn feed(self, _: &Driver<'_>) -> Option<Result<Self::Feed, Infallible>> {
        Some(Ok(IteratorFeed(self.into_iter(), PhantomData)))
    }
}

#[diagnostic::do_not_recommend]
impl<A, M, S> Provided<A, Streamed<M>> for S
where
    S: Stream,
    S::Item: Item<A, M>,
{
    type Error = Infallible;
    type ItemError = <S::Item as Item<A, M>>::Error;
    type Feed = StreamFeed<S, M>;

    fn feed(self, _: &Driver<'_>) -> Option<Result<Self::Feed, Infallible>> {
        Some(Ok(StreamFeed(Box::pin(self), PhantomData)))
    }
}

#[diagnostic::do_not_recommend]
impl<A, M, T, E> Provided<A, InResult<M>> for Result<T, E>
where
    T: Provided<A, M, Error = Infallible>,
{
    type Error = E;
    type ItemError = T::ItemError;
    type Feed = T::Feed;

    fn feed(self, driver: &Driver<'_>) -> Option<Result<T::Feed, E>> {
        match self {
            Ok(provided) => provided.feed(driver).map(|feed| feed.map_err(|never| match never {})),
            Err(error) => Some(Err(error)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<A, M, F> Provided<A, InFuture<M>> for F
where
    F: Future,
    F::Output: Provided<A, M>,
{
    type Error = <F::Output as Provided<A, M>>::Error;
    type ItemError = <F::Output as Provided<A, M>>::ItemError;
    type Feed = <F::Output as Provided<A, M>>::Feed;

    fn feed(self, driver: &Driver<'_>) -> Option<Result<Self::Feed, Self::Error>> {
        driver.drive(self)?.feed(driver)
    }
}

/// Reads an iterator.
///
/// Not public API. Used by generated code.
pub struct IteratorFeed<I, M>(I, PhantomData<fn() -> M>);

impl<I: Iterator, A, M> Feed<A, <I::Item as Item<A, M>>::Error> for IteratorFeed<I, M>
where
    I::Item: Item<A, M>,
{
    fn next(&mut self, _: &Driver<'_>) -> Option<Option<Result<A, <I::Item as Item<A, M>>::Error>>> {
        Some(self.0.next().map(Item::into_arguments))
    }

    fn left(&self) -> Option<usize> {
        exact(self.0.size_hint())
    }
}

/// Reads a stream.
///
/// Not public API. Used by generated code.
pub struct StreamFeed<S, M>(Pin<Box<S>>, PhantomData<fn() -> M>);

impl<S: Stream, A, M> Feed<A, <S::Item as Item<A, M>>::Error> for StreamFeed<S, M>
where
    S::Item: Item<A, M>,
{
    fn next(&mut self, driver: &Driver<'_>) -> Option<Option<Result<A, <S::Item as Item<A, M>>::Error>>> {
        let next = driver.drive(std::future::poll_fn(|context| self.0.as_mut().poll_next(context)))?;
        Some(next.map(Item::into_arguments))
    }

    fn left(&self) -> Option<usize> {
        exact(self.0.size_hint())
    }
}

fn exact((least, most): (usize, Option<usize>)) -> Option<usize> {
    most.filter(|most| *most == least)
}

impl<I, M> fmt::Debug for IteratorFeed<I, M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("IteratorFeed")
    }
}

impl<S, M> fmt::Debug for StreamFeed<S, M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("StreamFeed")
    }
}

/// How a provider is called.
///
/// Not public API. Used by generated code.
pub trait How<F>: Copy + Send + 'static {
    /// What it gives.
    type Given;

    /// Calls it.
    fn call(self, provider: F) -> Self::Given;
}

/// It is called, and that is all.
///
/// Not public API. Used by generated code.
#[derive(Clone, Copy, Debug)]
pub struct Called;

/// It gives one tuple or an error. A `Result` is an iterator too, one that hides its error.
///
/// Not public API. Used by generated code.
#[derive(Clone, Copy, Debug)]
pub struct CalledForOne;

/// The same, in a future.
///
/// Not public API. Used by generated code.
#[derive(Clone, Copy, Debug)]
pub struct CalledForOneLater;

impl<F: FnOnce() -> R, R> How<F> for Called {
    type Given = R;

    fn call(self, provider: F) -> R {
        provider()
    }
}

impl<F: FnOnce() -> Result<A, E>, A, E> How<F> for CalledForOne {
    type Given = Once<Result<A, E>>;

    fn call(self, provider: F) -> Self::Given {
        once(provider())
    }
}

impl<F, L, A, E> How<F> for CalledForOneLater
where
    F: FnOnce() -> L,
    L: Future<Output = Result<A, E>>,
{
    type Given = LaterOne<L>;

    fn call(self, provider: F) -> Self::Given {
        LaterOne(Box::pin(provider()))
    }
}

/// A future of one item.
///
/// Not public API. Used by generated code.
pub struct LaterOne<L>(Pin<Box<L>>);

impl<L: Future> Future for LaterOne<L> {
    type Output = Once<L::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        self.0.as_mut().poll(context).map(once)
    }
}

impl<L> fmt::Debug for LaterOne<L> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LaterOne")
    }
}

/// What the last probe asks for: nothing has it, it gives the error its words.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "a provider is a function without parameters; write `preload = || provider(..)`",
    label = "this cannot be called without arguments"
)]
pub trait WithoutParameters<F: ?Sized> {}

macro_rules! probe {
    ($(#[$doc:meta])* $name:ident => $next:ident) => {
        $(#[$doc])*
        ///
        /// Not public API. Used by generated code.
        #[derive(Debug)]
        pub struct $name<A, F>($next<A, F>);

        impl<A, F> $name<A, F> {
            const NEW: Self = Self($next::NEW);
        }

        impl<A, F> Deref for $name<A, F> {
            type Target = $next<A, F>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    };
}

probe! {
    /// Takes functions that give one tuple or an error.
    ProviderProbe => LaterOneProbe
}
probe! {
    /// Takes async functions that give one tuple or an error.
    LaterOneProbe => CallProbe
}
probe! {
    /// Takes functions without parameters.
    CallProbe => UncallableProbe
}

/// Takes what is left.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct UncallableProbe<A, F>(PhantomData<fn(A, F)>);

impl<A, F> UncallableProbe<A, F> {
    const NEW: Self = Self(PhantomData);
}

impl<A, F> ProviderProbe<A, F> {
    /// Asks how a provider is called.
    pub const fn new(_: &F) -> Self {
        Self::NEW
    }
}

impl<A, E, F: FnOnce() -> Result<A, E>> ProviderProbe<A, F> {
    /// For one tuple.
    pub fn how(&self) -> CalledForOne {
        CalledForOne
    }
}

impl<A, E, L: Future<Output = Result<A, E>>, F: FnOnce() -> L> LaterOneProbe<A, F> {
    /// For one tuple, later.
    pub fn how(&self) -> CalledForOneLater {
        CalledForOneLater
    }
}

impl<A, R, F: FnOnce() -> R> CallProbe<A, F> {
    /// For whatever it gives.
    pub fn how(&self) -> Called {
        Called
    }
}

impl<A, F> UncallableProbe<A, F> {
    /// Never compiles: the provider takes parameters, or is no function.
    pub fn how<H>(&self) -> H
    where
        (): WithoutParameters<F>,
    {
        unreachable!("a provider with parameters does not compile")
    }
}
