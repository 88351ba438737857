//! Get or compute: the one path of a call, sync and async.
//!
//! Generated code calls [`begin`] with the key made of references. A hit ends there. On a miss it gets a [`Miss`], which owns the key, and runs the function
//! through it: [`Miss::run`] and [`Miss::run_async`] differ only in how they run and wait.

mod join;
mod scopes;

use std::{future::Future, time::Duration};

use self::join::block;
pub(crate) use self::join::{Joined, first, join};
pub use self::scopes::Scopes;
use crate::{
    clock::{self, Nanos},
    config::Config,
    defer,
    fresh::{Due, Patience, Repeat, Since},
    function::{Absent, Around, Call, Found, Function, Inserting, Outcome, OwnedKeys, Purpose, Read, Turn},
    invalidation::Invalidation,
    key::{Key, KeyText},
    lookup::{Lookup, Source},
    outcome::Proof,
    reader,
    site::{Inside, Marker, Site},
    switch, thread,
};

/// How a call begins.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub enum Begin<V, M> {
    /// It is served already.
    Hit(V),
    /// The function may have to run.
    Miss(M),
}

/// A call that was not served yet.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Miss<K: Send + Sync + 'static, R: Proof> {
    /// `None` while caching is switched off.
    pub(crate) call: Option<Call<K, R::Value>>,
    _returns: R,
}

/// Looks a call up. Cost of a hit: no allocation but what cloning the value takes, and no lock.
///
/// Not public API. Used by generated code.
#[inline(always)]
pub fn begin<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
) -> Begin<R::Value, Miss<Q::Owned, R>> {
    match look::<M, R, Q>(site, config, &key) {
        Look::Hit(value, _) => Begin::Hit(value),
        Look::Apart(found) => Begin::Hit(value_of(found)),
        Look::Miss(function, hash, absent) => begin_miss(function, hash, absent, returns, &key),
        Look::Disabled => Begin::Miss(Miss::disabled(returns)),
    }
}

/// The same for a function whose type parameters cannot be named; a closure of it tells which instance is meant.
///
/// Not public API. Used by generated code.
#[inline(always)]
pub fn begin_inside<F, R: Proof, Q: Key>(
    _inside: F,
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
) -> Begin<R::Value, Miss<Q::Owned, R>> {
    begin::<Inside<F>, R, Q>(site, config, returns, key)
}

/// Looks a call up, and says where its value came from.
///
/// Not public API. Used by generated code.
pub fn begin_lookup<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
) -> Begin<Lookup<R::Value>, Miss<Q::Owned, R>> {
    match look::<M, R, Q>(site, config, &key) {
        Look::Hit(value, made) => Begin::Hit(served(value, made, Source::Hit)),
        Look::Apart(found) => Begin::Hit(served_from(found, Source::Hit)),
        Look::Miss(function, hash, absent) => begin_miss(function, hash, absent, returns, &key),
        Look::Disabled => Begin::Miss(Miss::disabled(returns)),
    }
}

/// How a call of a function begins that does something in the background.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub enum Fresh<V, M> {
    /// It is served already.
    Hit(V),
    /// It is served, and something is to be started.
    Due(V, Due),
    /// The function may have to run.
    Miss(M),
}

/// As [`begin`], for a function that does something in the background.
///
/// Not public API. Used by generated code.
#[inline(always)]
pub fn begin_fresh<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
) -> Fresh<R::Value, Miss<Q::Owned, R>> {
    match look::<M, R, Q>(site, config, &key) {
        Look::Hit(value, _) | Look::Apart(Found { value, due: None, .. }) => Fresh::Hit(value),
        Look::Apart(Found { value, due: Some(due), .. }) => Fresh::Due(value, due),
        Look::Miss(function, hash, absent) => {
            Fresh::Miss(miss(function, hash, absent, Purpose::Call, returns, &key))
        }
        Look::Disabled => Fresh::Miss(Miss::disabled(returns)),
    }
}

/// As [`begin_lookup`], for a function that does something in the background.
///
/// Not public API. Used by generated code.
pub fn begin_fresh_lookup<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
) -> Fresh<Lookup<R::Value>, Miss<Q::Owned, R>> {
    match look::<M, R, Q>(site, config, &key) {
        Look::Hit(value, made) => Fresh::Hit(served(value, made, Source::Hit)),
        Look::Apart(mut found) => match found.due.take() {
            None => Fresh::Hit(served_from(found, Source::Hit)),
            Some(due) => Fresh::Due(served_from(found, Source::Hit), due),
        },
        Look::Miss(function, hash, absent) => {
            Fresh::Miss(miss(function, hash, absent, Purpose::Call, returns, &key))
        }
        Look::Disabled => Fresh::Miss(Miss::disabled(returns)),
    }
}

/// Begins a run whatever is stored; it joins one that runs already.
///
/// Not public API. Used by generated code.
pub fn begin_refresh<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
) -> Miss<Q::Owned, R> {
    begin_for::<M, R, Q>(Purpose::Refresh, site, config, returns, key)
}

/// Begins a run in the background, for a value that is to be replaced.
///
/// Not public API. Used by generated code.
pub fn begin_renew<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
    since: Since,
) -> Miss<Q::Owned, R> {
    begin_for::<M, R, Q>(Purpose::Renew { since: since.0 }, site, config, returns, key)
}

/// A call that was looked up already.
pub(crate) fn begin_missed<R: Proof, Q: Key>(
    function: &'static Function<Q::Owned, R::Value>,
    returns: R,
    key: &Q,
) -> Miss<Q::Owned, R> {
    miss(function, function.hash(key), None, Purpose::Call, returns, key)
}

fn begin_for<M: Marker, R: Proof, Q: Key>(
    purpose: Purpose,
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
) -> Miss<Q::Owned, R> {
    if !switch::is_enabled() {
        return Miss::disabled(returns);
    }
    let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
    miss(function, function.hash(&key), None, purpose, returns, &key)
}

/// What a look without a lock gives.
enum Look<K: 'static, V: 'static> {
    /// A value, and when it was made.
    Hit(V, Nanos),
    /// A value with a life of its own.
    Apart(Found<V>),
    /// No value: of this function, for the key of this hash, and whether there is no entry at all.
    Miss(&'static Function<K, V>, u64, Option<Absent>),
    /// Caching is switched off.
    Disabled,
}

#[inline(always)]
fn look<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    key: &Q,
) -> Look<Q::Owned, R::Value> {
    if !switch::is_enabled() {
        return Look::Disabled;
    }
    let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
    let hash = function.hash(key);
    let reader = reader::current();
    // A call from inside another computation leaves word there.
    let found = if thread::is_special() {
        function.read_around::<R, Q>(reader, hash, key)
    } else {
        function.read::<R, Q>(reader, hash, key, None)
    };
    match found {
        Read::Plain(value, made) => {
            function.count_hit(reader, false);
            Look::Hit(value, made)
        }
        Read::Apart(found) => {
            function.count_hit(reader, found.is_stale);
            Look::Apart(found)
        }
        Read::Nothing(absent) => Look::Miss(function, hash, absent),
    }
}

/// Makes the whole answer where the caller wants it, rather than a part of it to be moved there.
#[inline(never)]
fn begin_miss<R: Proof, Q: Key, H>(
    function: &'static Function<Q::Owned, R::Value>,
    hash: u64,
    absent: Option<Absent>,
    returns: R,
    key: &Q,
) -> Begin<H, Miss<Q::Owned, R>> {
    Begin::Miss(miss(function, hash, absent, Purpose::Call, returns, key))
}

#[inline]
fn miss<R: Proof, Q: Key>(
    function: &'static Function<Q::Owned, R::Value>,
    hash: u64,
    absent: Option<Absent>,
    purpose: Purpose,
    returns: R,
    key: &Q,
) -> Miss<Q::Owned, R> {
    let around = Around::of(function, hash);
    let (key, scopes) = (key.own(), Vec::new());
    let call = Call { function, hash, key, around, scopes, texts: None, absent, purpose, again: None };
    Miss { call: Some(call), _returns: returns }
}

impl<K: Send + Sync + 'static, R: Proof> Miss<K, R> {
    /// A call while caching is switched off.
    fn disabled(returns: R) -> Self {
        Self { call: None, _returns: returns }
    }

    /// The value to be computed belongs to these tags and this user.
    #[must_use]
    pub fn in_scopes(mut self, scopes: Scopes) -> Self {
        if let Some(call) = &mut self.call {
            call.scopes = scopes.of_cache(call.function.cache());
            if call.function.is_shared() {
                call.texts = Some(Box::new(scopes));
            }
        }
        self
    }

    /// The key is refreshed at the function's interval from then on.
    #[must_use]
    pub fn again(mut self, again: Repeat) -> Self {
        if let Some(call) = &mut self.call {
            call.again = Some(again.0);
        }
        self
    }

    /// Runs the function on this thread, unless another call's run can be waited for.
    #[inline]
    pub fn run(self, compute: impl FnOnce() -> R::Value) -> R::Value {
        self.run_lookup(compute).value
    }

    /// The same, and says where the value came from.
    pub fn run_lookup(self, compute: impl FnOnce() -> R::Value) -> Lookup<R::Value> {
        let Some(call) = self.call else { return served(compute(), 0, Source::Disabled) };
        let mut turn = Turn::new(call);
        let joined = match first::<K, R>(&mut turn, false) {
            Ok(joined) => joined,
            Err(waiting) => block::<K, R>(&mut turn, waiting),
        };
        match joined {
            Joined::Served(lookup) => lookup,
            Joined::Lead | Joined::GivenUp => ran(turn.run::<R>(compute)),
        }
    }

    /// Runs the function in the background, on this thread, unless another call's run can be waited for. If that fails, it has failed for this one, too.
    pub fn renew(self, compute: impl FnOnce() -> R::Value) {
        let Some(call) = self.call else { return drop(compute()) };
        let mut turn = Turn::new(call);
        let joined = match first::<K, R>(&mut turn, false) {
            Ok(joined) => joined,
            Err(waiting) => block::<K, R>(&mut turn, waiting),
        };
        if let Joined::Lead = joined {
            turn.run::<R>(compute);
        }
    }

    /// The same for the function's future.
    pub async fn renew_async(self, future: impl Future<Output = R::Value>) {
        let Some(call) = self.call else { return drop(future.await) };
        let mut turn = Turn::new(call);
        let joined = match first::<K, R>(&mut turn, true) {
            Ok(joined) => joined,
            Err(waiting) => join::<K, R>(&mut turn, waiting, true, &mut Patience::endless()).await,
        };
        if let Joined::Lead = joined {
            turn.run_async::<R>(future).await;
        }
    }

    /// Runs the function's future, unless another call's run can be waited for, and says where the value came from.
    ///
    /// Generated code gives a reference to a future that it has pinned: a future that is moved into an async function is held twice there, as an argument and where it is awaited, and with
    /// functions that call each other, sizes multiply. For the same reason this is no async function itself, and makes the turn before the block, which holds it where it is.
    pub fn run_async(self, future: impl Future<Output = R::Value>) -> impl Future<Output = Lookup<R::Value>> {
        let mut turn = self.call.map(Turn::new);
        async move {
            let Some(turn) = &mut turn else { return served(future.await, 0, Source::Disabled) };
            let joined = match first::<K, R>(turn, true) {
                Ok(joined) => joined,
                Err(waiting) => join::<K, R>(turn, waiting, true, &mut Patience::endless()).await,
            };
            match joined {
                Joined::Served(lookup) => lookup,
                Joined::Lead | Joined::GivenUp => ran(turn.run_async::<R>(future).await),
            }
        }
    }
}

pub(crate) fn served<V>(value: V, made: Nanos, source: Source) -> Lookup<V> {
    let age =
        if made == 0 { Duration::ZERO } else { Duration::from_nanos(clock::now().saturating_sub(made)) };
    Lookup { value, source, age }
}

/// What was found, if it is fresh from `source`.
pub(crate) fn served_from<V>(found: Found<V>, source: Source) -> Lookup<V> {
    served(found.value, found.made, if found.is_stale { Source::Stale } else { source })
}

/// Out of line, so that the hits of values without a life of their own need not make room for it.
#[inline(never)]
fn value_of<V>(found: Found<V>) -> V {
    found.value
}

/// What a run of this call's gave.
pub(crate) fn ran<V>(outcome: Outcome<V>) -> Lookup<V> {
    match outcome.stored {
        None => served(outcome.value, 0, Source::Miss),
        Some((made, source)) => served(outcome.value, made, source),
    }
}

/// The value of a key if there is a valid one; nothing runs, nothing is counted.
///
/// Not public API. Used by generated code.
pub fn peek<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
) -> Option<R::Value> {
    if !switch::is_enabled() {
        return None;
    }
    site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>()).peek::<R, Q>(&key)
}

/// Invalidates a key, now or when the transaction around the caller succeeds; says whether it had a value.
///
/// Not public API. Used by generated code.
pub fn invalidate<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
) -> bool {
    let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
    let hash = function.hash(&key);
    if !defer::is_active() {
        return function.invalidate(hash, |owned| key.eq(owned));
    }
    let is_there = function.peek_is(&key);
    let key = key.own();
    later(Invalidation::new(move || {
        function.invalidate(hash, |owned| Q::eq_owned(owned, &key));
    }));
    is_there
}

/// Stores a value for a key. What other functions computed from the one before becomes invalid.
///
/// Not public API. Used by generated code.
pub fn insert<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
    value: R::Value,
) {
    insert_in::<M, R, Q>(site, config, _returns, key, value, Scopes::default());
}

/// The same, in these scopes, now or when the transaction around the caller succeeds.
///
/// Not public API. Used by generated code.
pub fn insert_in<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
    value: R::Value,
    scopes: Scopes,
) {
    if switch::is_enabled() {
        let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
        let (hash, key) = (function.hash(&key), key.own());
        later(Invalidation::new(move || {
            function.insert::<R>(hash, key, value, Inserting { scopes, ..Inserting::default() });
        }));
    }
}

/// The stable text of a key, with the function's name before it.
///
/// Not public API. Used by generated code.
pub fn key_text<Q: Key>(site: &'static Site, key: Q) -> String {
    let mut text = KeyText::default();
    key.text(&mut text);
    format!("{}{}", site.name(), text.as_str())
}

/// Takes every value of a function out, now or when the transaction around the caller succeeds.
///
/// Not public API. Used by generated code.
pub fn clear(site: &'static Site) {
    later(Invalidation::new(move || clear_now(site)));
}

/// Now, or when the transaction around the caller succeeds; memory alone never fails.
pub(crate) fn later(invalidation: Invalidation) {
    let _ = defer::now_or_later(invalidation);
}

/// Takes every value of a function out.
pub(crate) fn clear_now(site: &'static Site) {
    site.instances().for_each(|function| function.clear());
}
