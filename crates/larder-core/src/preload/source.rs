//! A function to be preloaded without its types: calls of it, one after the other.
//!
//! # Tokens
//!
//! Beside a function `f(id: u64, name: &str) -> Ret`, where `P` is `::larder::__private` and `A` is `(u64, <str as ToOwned>::Owned)`:
//!
//! ```text
//! fn __preload() -> P::Box<dyn P::PreloadSource> {
//!     #[allow(deprecated)] let _ = f;
//!     let larder_provider = PROVIDER;
//!     P::source::<A, _, _, _, _>(
//!         P::ProviderProbe::<A, _>::new(&larder_provider).how(),
//!         larder_provider,
//!         |(id, name): A| <f>::lookup(id, P::Borrow::<str>::borrow(&name)),
//!         |larder_value| P::FailureProbe::<Ret>::new(larder_value).failure(),
//!         |larder_error| P::ErrorProbe::new(larder_error).text(),
//!         |larder_error| P::ErrorProbe::new(larder_error).text(),
//!     )
//! }
//! ```
//!
//! For an async function it is `P::source_async::<A, _, _, _, _, _>`, whose third argument gives a future.

use std::{future::Future, marker::PhantomData};

use super::{
    provider::{Feed, How, Provided},
    stop::Driver,
};
use crate::lookup::{Lookup, Source as From};

/// Where the calls of one function come from. Everything it does is the user's code, and runs outside of every lock.
///
/// Not public API. Used by generated code.
pub trait Source: Send {
    /// The next call; the provider is asked for the first one, and no sooner.
    fn pull(&mut self, driver: &Driver<'_>) -> Pull;

    /// How many calls are left, where that is known.
    fn left(&self) -> Option<usize>;
}

/// What comes of asking a provider.
///
/// Not public API. Used by generated code.
#[expect(missing_debug_implementations, reason = "a call is a closure")]
pub enum Pull {
    /// A call.
    Call(Box<dyn Call>),
    /// An error in place of a call.
    Failed(String),
    /// There are no more.
    End,
    /// There are none at all, because of this error.
    Refused(String),
    /// The run was stopped meanwhile.
    Stopped,
}

/// A call to be made; nothing comes of it when the run is stopped meanwhile.
///
/// Not public API. Used by generated code.
pub trait Call: FnOnce(&Driver<'_>) -> Option<Loaded> + Send {}

impl<C: FnOnce(&Driver<'_>) -> Option<Loaded> + Send> Call for C {}

/// What came of a call.
///
/// Not public API. Used by generated code.
#[derive(Debug, PartialEq, Eq)]
pub enum Loaded {
    /// The function ran.
    Loaded,
    /// There was a value already, or another call computed it.
    Skipped,
    /// The function gave this error.
    Failed(String),
}

/// The calls of a function.
///
/// Not public API. Used by generated code.
pub fn source<A, M, H, F, V>(
    how: H,
    provider: F,
    call: fn(A) -> Lookup<V>,
    failure: fn(&V) -> Option<String>,
    error: fn(&<H::Given as Provided<A, M>>::Error) -> String,
    item_error: fn(&<H::Given as Provided<A, M>>::ItemError) -> String,
) -> Box<dyn Source>
where
    A: Send + 'static,
    M: 'static,
    H: How<F>,
    H::Given: Provided<A, M> + 'static,
    <H::Given as Provided<A, M>>::Feed: Send,
    F: Send + 'static,
    V: 'static,
{
    let call = move |arguments: A| -> Box<dyn Call> {
        Box::new(move |_: &Driver<'_>| Some(Loaded::of(call(arguments), failure)))
    };
    Box::new(Typed { state: State::New(how, provider), call, error, item_error, of: PhantomData })
}

/// The calls of an async function.
///
/// Not public API. Used by generated code.
pub fn source_async<A, M, H, F, V, L>(
    how: H,
    provider: F,
    call: fn(A) -> L,
    failure: fn(&V) -> Option<String>,
    error: fn(&<H::Given as Provided<A, M>>::Error) -> String,
    item_error: fn(&<H::Given as Provided<A, M>>::ItemError) -> String,
) -> Box<dyn Source>
where
    A: Send + 'static,
    M: 'static,
    H: How<F>,
    H::Given: Provided<A, M> + 'static,
    <H::Given as Provided<A, M>>::Feed: Send,
    F: Send + 'static,
    V: 'static,
    L: Future<Output = Lookup<V>> + 'static,
{
    let call = move |arguments: A| -> Box<dyn Call> {
        Box::new(move |driver: &Driver<'_>| Some(Loaded::of(driver.drive(call(arguments))?, failure)))
    };
    Box::new(Typed { state: State::New(how, provider), call, error, item_error, of: PhantomData })
}

impl Loaded {
    fn of<V>(lookup: Lookup<V>, failure: fn(&V) -> Option<String>) -> Self {
        match lookup.source {
            From::Miss | From::Disabled | From::TimedOut => {
                failure(&lookup.value).map_or(Self::Loaded, Self::Failed)
            }
            // An error that is kept is as good as a value, and so is a stale one that is refreshed, or stands in for a failure.
            From::Hit | From::Stale => Self::Skipped,
            From::Coalesced => failure(&lookup.value).map_or(Self::Skipped, Self::Failed),
        }
    }
}

/// A provider, and what to do with what it gives.
struct Typed<A, M, H, F, C>
where
    H: How<F>,
    H::Given: Provided<A, M>,
{
    state: State<H, F, <H::Given as Provided<A, M>>::Feed>,
    call: C,
    error: fn(&<H::Given as Provided<A, M>>::Error) -> String,
    item_error: fn(&<H::Given as Provided<A, M>>::ItemError) -> String,
    of: PhantomData<fn(A) -> M>,
}

enum State<H, F, I> {
    /// Not asked yet.
    New(H, F),
    Fed(I),
    Over,
}

impl<A, M, H, F, C> Source for Typed<A, M, H, F, C>
where
    H: How<F>,
    F: Send,
    H::Given: Provided<A, M>,
    <H::Given as Provided<A, M>>::Feed: Send,
    C: Fn(A) -> Box<dyn Call> + Send,
{
    fn pull(&mut self, driver: &Driver<'_>) -> Pull {
        let mut feed = match std::mem::replace(&mut self.state, State::Over) {
            State::New(how, provider) => match how.call(provider).feed(driver) {
                Some(Ok(feed)) => feed,
                Some(Err(error)) => return Pull::Refused((self.error)(&error)),
                None => return Pull::Stopped,
            },
            State::Fed(feed) => feed,
            State::Over => return Pull::End,
        };
        let pull = match feed.next(driver) {
            Some(Some(Ok(arguments))) => Pull::Call((self.call)(arguments)),
            Some(Some(Err(error))) => Pull::Failed((self.item_error)(&error)),
            Some(None) => return Pull::End,
            None => return Pull::Stopped,
        };
        self.state = State::Fed(feed);
        pull
    }

    fn left(&self) -> Option<usize> {
        match &self.state {
            State::New(..) => None,
            State::Fed(feed) => feed.left(),
            State::Over => Some(0),
        }
    }
}

/// A source that is made when it is first asked: the option is an expression of the user's.
pub(super) enum Lazy {
    New(fn() -> Box<dyn Source>),
    Made(Box<dyn Source>),
}

impl Source for Lazy {
    fn pull(&mut self, driver: &Driver<'_>) -> Pull {
        if let Self::New(make) = self {
            *self = Self::Made(make());
        }
        match self {
            Self::New(_) => Pull::End,
            Self::Made(source) => source.pull(driver),
        }
    }

    fn left(&self) -> Option<usize> {
        match self {
            Self::New(_) => None,
            Self::Made(source) => source.left(),
        }
    }
}
