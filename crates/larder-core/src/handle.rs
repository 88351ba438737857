//! The handle of a function: configure it while the program runs, and do to it what its companions do.

use std::{fmt, marker::PhantomData, time::Duration};

use crate::{
    site::Site,
    stats::{self, FunctionStats},
};

/// A cached function as a value: `f::handle()`.
///
/// `F` is the function's companion type; where it implements [`Arguments`], the operations on one key take a tuple of arguments. For generic functions and
/// methods `F` is `()`, and the handle reaches all instances together.
pub struct Handle<F, V> {
    site: &'static Site,
    of: PhantomData<fn(F) -> V>,
}

/// What a function's key is made of, so that one value can stand for a call.
///
/// Implemented by generated code for the companion type of every free function that is not generic. The tuple and the
/// value are parameters and not associated types, so that they may be less visible than the function.
pub trait Arguments<T, V> {
    /// As `f::peek`.
    fn peek(arguments: T) -> Option<V>;
    /// As `f::invalidate`.
    fn invalidate(arguments: T) -> bool;
    /// As `f::insert`: what others computed from the value before ends.
    fn insert(arguments: T, value: V);
    /// As `f::key`.
    fn key(arguments: T) -> String;
}

/// The handle of a site.
///
/// Not public API. Used by generated code.
#[must_use]
pub fn handle<F, V>(site: &'static Site) -> Handle<F, V> {
    Handle { site, of: PhantomData }
}

impl<F, V> Handle<F, V> {
    /// The function's name, as in the statistics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.site.name()
    }

    /// How many entries it holds, expired ones included that have not left yet. Cost: each shard's lock once.
    #[must_use]
    pub fn len(&self) -> usize {
        self.site.instances().map(|function| function.holdings().entries).sum()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of its executions run now.
    #[must_use]
    pub fn running(&self) -> usize {
        self.site.instances().map(|function| function.flights().0).sum()
    }

    /// Takes every value out, as `f::clear`. Where values live in a shared store, this blocks while the store is asked; a store that does not answer is told as soon as it does, which
    /// `f::clear` tells.
    pub fn clear(&self) {
        // An error says no more than that.
        let _ = crate::shared::clear_shared(self.site);
    }

    /// Its statistics, as `f::stats`.
    #[must_use]
    pub fn stats(&self) -> FunctionStats {
        stats::of(self.site)
    }

    /// How long values live that have no lifetime of their own; `None` if until they are evicted or invalidated, and before the first call, when the
    /// options were not evaluated yet.
    #[must_use]
    pub fn ttl(&self) -> Option<Duration> {
        self.site.settings.ttl(self.site)
    }

    /// Changes how long values live that have no lifetime of their own (by `ttl_with`, `jitter`, `none_ttl` or `err_ttl`), also for values already there; `None`: until
    /// they are evicted or invalidated. Holds for instances of generic functions to come, too.
    pub fn set_ttl(&self, ttl: Option<Duration>) {
        self.site.settings.set_ttl(self.site, ttl);
    }

    /// Changes how many entries there may be; the surplus leaves before this returns. `None`: no bound.
    ///
    /// Where the number of shards changes with it (each holds some thousand entries), all entries leave. A cache does not get more shards than it began with.
    pub fn set_max_entries(&self, max_entries: Option<usize>) {
        self.site.settings.set_max_entries(self.site, max_entries);
    }

    /// Changes how much the entries may weigh; the surplus leaves before this returns. Only functions with `max_bytes` weigh their values; for others it changes
    /// nothing.
    pub fn set_max_bytes(&self, max_bytes: u64) {
        self.site.settings.set_max_bytes(self.site, max_bytes);
    }
}

/// One entry of a cached function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry<V> {
    /// The text of its key, as `f::key` gives it, without the function's name.
    pub key: String,
    /// Its value.
    pub value: V,
    /// How long ago it was made.
    pub age: Duration,
}

impl<F, V: Clone + 'static> Handle<F, V> {
    /// The valid entries, in no order. Cost: linear in their number, and a clone of each value; each shard's lock once.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry<V>> {
        let mut entries = Vec::new();
        for function in self.site.instances() {
            function.visit(&mut |key, value, age| {
                let value = value.downcast_ref::<V>().cloned();
                entries.extend(value.map(|value| Entry { key, value, age }));
            });
        }
        entries
    }
}

impl<F, V> Handle<F, V> {
    /// The value for these arguments if there is a valid one; nothing runs.
    #[must_use]
    pub fn peek<T>(&self, arguments: T) -> Option<V>
    where
        F: Arguments<T, V>,
    {
        F::peek(arguments)
    }

    /// Invalidates the value for these arguments; says whether there was one.
    pub fn invalidate<T>(&self, arguments: T) -> bool
    where
        F: Arguments<T, V>,
    {
        F::invalidate(arguments)
    }

    /// Stores a value for these arguments. What other functions computed from the one before becomes invalid.
    pub fn insert<T>(&self, arguments: T, value: V)
    where
        F: Arguments<T, V>,
    {
        F::insert(arguments, value);
    }

    /// The text of the key of these arguments.
    #[must_use]
    pub fn key<T>(&self, arguments: T) -> String
    where
        F: Arguments<T, V>,
    {
        F::key(arguments)
    }
}

impl<F, V> Clone for Handle<F, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F, V> Copy for Handle<F, V> {}

impl<F, V> fmt::Debug for Handle<F, V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Handle").field(&self.name()).finish()
    }
}
