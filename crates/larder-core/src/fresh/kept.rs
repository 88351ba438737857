//! The arguments of a run in the background: whether they can be kept, in one error that says what to do.
//!
//! # Tokens
//!
//! For the arguments `a` and `b`, whose `and` and `keep` are spanned at the argument's type:
//!
//! ```text
//! ::larder::__private::kept().and(a).keep().and(b).keep().start(larder_due, |larder_since, (((), a), b)| ..)
//! ```
//!
//! and `start_async` for an async function; or `and_copy(&a)` and `repeat`, where the arguments are needed elsewhere, too. No trait needs to be in scope, and there is no limit to the number of arguments.
//!
//! # How it works
//!
//! Each probe dereferences to the next one, and each has an inherent `keep` with bounds of its own; method lookup takes the first whose bounds hold. The last two take
//! everything and give the error. What they return is of no known type: so nothing behind them is looked at, and there is no second error, as for a future that cannot be
//! sent because of the argument. That nothing is borrowed is left to `start`, since method lookup does not look at lifetimes.

use std::{fmt, future::Future, marker::PhantomData, ops::Deref};

use super::{
    Due, Since,
    work::{Again, Work, WorkAsync},
};

/// Arguments that can be kept: pairs of those before and the last one, `()` for none.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Kept<A>(A);

/// No arguments yet.
///
/// Not public API. Used by generated code.
#[must_use]
pub fn kept() -> Kept<()> {
    Kept(())
}

impl<A> Kept<A> {
    /// And this one, which is given up for it.
    pub fn and<T>(self, argument: T) -> KeepProbe<A, Given<T>> {
        KeepProbe { before: self.0, last: Given(argument), next: UnsendProbe(UnkeptProbe(PhantomData)) }
    }

    /// And a copy of this one.
    pub fn and_copy<T>(self, argument: &T) -> KeepProbe<A, Lent<'_, T>> {
        KeepProbe { before: self.0, last: Lent(argument), next: UnsendProbe(UnkeptProbe(PhantomData)) }
    }
}

impl<A: Clone + Send + 'static> Kept<A> {
    /// Starts what is due: runs this with them.
    pub fn start(self, due: Due, run: impl Fn(Since, A) + Copy + Send + 'static) {
        due.start(Work { arguments: self.0, run });
    }

    /// The same for an async function.
    pub fn start_async<T, F>(self, due: Due, run: F)
    where
        T: Future<Output = ()> + Send + 'static,
        F: Fn(Since, A) -> T + Copy + Send + 'static,
    {
        due.start(WorkAsync { arguments: self.0, run });
    }

    /// Runs this with them as often as need be.
    #[must_use]
    pub fn repeat(self, run: impl Fn(Since, A) + Copy + Send + 'static) -> Repeat {
        Repeat(Box::new(Work { arguments: self.0, run }))
    }

    /// The same for an async function.
    #[must_use]
    pub fn repeat_async<T, F>(self, run: F) -> Repeat
    where
        T: Future<Output = ()> + Send + 'static,
        F: Fn(Since, A) -> T + Copy + Send + 'static,
    {
        Repeat(Box::new(WorkAsync { arguments: self.0, run }))
    }
}

/// What refreshes a key as often as need be.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Repeat(pub(crate) Box<dyn Again>);

/// An argument that is given up.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Given<T>(T);

/// An argument of which a copy is kept.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Lent<'a, T>(&'a T);

/// Where an argument comes from.
///
/// Not public API. Used by generated code.
pub trait Offered {
    /// Its type.
    type Argument;
}

impl<T> Offered for Given<T> {
    type Argument = T;
}

impl<T> Offered for Lent<'_, T> {
    type Argument = T;
}

/// Takes what can be kept.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct KeepProbe<A, S> {
    before: A,
    last: S,
    next: UnsendProbe<S>,
}

/// Takes what could be copied but not sent to another thread.
///
/// Not public API. Used by generated code.
pub struct UnsendProbe<S>(UnkeptProbe<S>);

/// Takes what is left.
///
/// Not public API. Used by generated code.
pub struct UnkeptProbe<S>(PhantomData<fn() -> S>);

impl<A, T: Clone + Send> KeepProbe<A, Given<T>> {
    /// Keeps the argument.
    pub fn keep(self) -> Kept<(A, T)> {
        Kept((self.before, self.last.0))
    }
}

impl<A, T: Clone + Send> KeepProbe<A, Lent<'_, T>> {
    /// Keeps a copy of the argument.
    pub fn keep(self) -> Kept<(A, T)> {
        Kept((self.before, self.last.0.clone()))
    }
}

impl<S: Offered<Argument: Clone>> UnsendProbe<S> {
    /// Never compiles: the argument is not `Send`, or the first probe had taken it.
    pub fn keep<P>(&self) -> P
    where
        (): Sendable<S::Argument>,
    {
        unreachable!("an argument that cannot be sent does not compile")
    }
}

impl<S: Offered> UnkeptProbe<S> {
    /// Never compiles: the argument is not `Clone`, or an earlier probe had taken it.
    pub fn keep<P>(&self) -> P
    where
        (): Keepable<S::Argument>,
    {
        unreachable!("an argument that cannot be kept does not compile")
    }
}

impl<A, S> Deref for KeepProbe<A, S> {
    type Target = UnsendProbe<S>;

    fn deref(&self) -> &Self::Target {
        &self.next
    }
}

impl<S> Deref for UnsendProbe<S> {
    type Target = UnkeptProbe<S>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<S> fmt::Debug for UnsendProbe<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("UnsendProbe")
    }
}

impl<S> fmt::Debug for UnkeptProbe<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("UnkeptProbe")
    }
}

/// What the last probe asks for: nothing has it, it gives the error its words.
///
/// A parameter and not `Self` is the type, or rustc would advise generic functions to ask for this trait.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be kept for a run in the background; such arguments must implement `Clone` (wrap it in `Arc`)",
    label = "this is kept, and copied for each run",
    note = "put `#[derive(Clone)]` on the type, take `Arc<..>`, or give a type parameter the bounds `Clone + Send + 'static`"
)]
pub trait Keepable<T> {}

/// What the probe before it asks for, where only `Send` is missing.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be kept for a run in the background; such arguments go to another thread and must be `Send`",
    label = "this is kept, and given to another thread for each run",
    note = "use `Arc` in place of `Rc`, `Mutex`, `RwLock` or an atomic in place of `Cell` and `RefCell`, inside an `Arc` too; or give a type parameter the bound `Send`"
)]
pub trait Sendable<T> {}
