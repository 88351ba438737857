//! Get or compute: the one path of a call, sync and async.
//!
//! Generated code calls [`begin`] with the key made of references. A hit ends there. On a miss it gets a [`Miss`], which owns the key, and runs the function
//! through it: [`Miss::run`] and [`Miss::run_async`] differ only in how they run and wait.

use std::{future::Future, pin::pin, time::Duration};

use crate::{
    clock::{self, Nanos},
    config::Config,
    event::EventKind,
    flight::{Landing, Wait},
    function::{Boarding, Function, Lead, Nested, Seat},
    key::{Key, KeyText},
    lookup::{Lookup, Source},
    outcome::Proof,
    park,
    scope::Sequence,
    site::{Marker, Site},
    stats::Count,
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
    place: Option<(&'static Function<K, R::Value>, Seat<K>)>,
    _returns: R,
}

/// Looks a call up. Cost of a hit: no allocation but what cloning the value takes, and no lock.
///
/// Not public API. Used by generated code.
#[inline]
pub fn begin<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
) -> Begin<R::Value, Miss<Q::Owned, R>> {
    match look::<M, R, Q>(site, config, returns, &key, true) {
        Begin::Hit((value, _)) => Begin::Hit(value),
        Begin::Miss(miss) => Begin::Miss(miss),
    }
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
    match look::<M, R, Q>(site, config, returns, &key, true) {
        Begin::Hit((value, made)) => Begin::Hit(served(value, made, Source::Hit)),
        Begin::Miss(miss) => Begin::Miss(miss),
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
    match look::<M, R, Q>(site, config, returns, &key, false) {
        Begin::Miss(miss) => miss,
        Begin::Hit(_) => unreachable!("nothing stored is taken"),
    }
}

#[inline(always)]
fn look<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: &Q,
    takes_stored: bool,
) -> Begin<(R::Value, Nanos), Miss<Q::Owned, R>> {
    if !switch::is_enabled() {
        return Begin::Miss(Miss {
            place: None,
            _returns: returns,
        });
    }
    let function = site.function::<M, Q::Owned, R::Value>(config);
    let hash = function.hash(key);
    let nested = Nested::of(function, hash);
    if takes_stored {
        let reader = thread::reader();
        if let Some(hit) = function.read::<R, Q>(reader, hash, key, nested.as_ref()) {
            site.counters.count(Count::Hit, reader);
            function.tell(EventKind::Hit);
            return Begin::Hit(hit);
        }
    }
    let seat = Seat {
        hash,
        key: Some(key.own()),
        eq: Q::eq_owned,
        nested,
        takes_stored,
        joins: true,
        is_polled: false,
    };
    Begin::Miss(Miss {
        place: Some((function, seat)),
        _returns: returns,
    })
}

impl<K: Send + Sync + 'static, R: Proof> Miss<K, R> {
    /// Runs the function on this thread, unless another call's run can be waited for.
    #[inline]
    pub fn run(self, compute: impl FnOnce() -> R::Value) -> R::Value {
        self.run_lookup(compute).value
    }

    /// The same, and says where the value came from.
    pub fn run_lookup(self, compute: impl FnOnce() -> R::Value) -> Lookup<R::Value> {
        let Some((function, mut seat)) = self.place else {
            return served(compute(), 0, Source::Disabled);
        };
        // Most often there is nobody to wait for.
        let joined = match first::<K, R>(function, &mut seat) {
            Ok(joined) => joined,
            Err(wait) => park::block_on(pin!(join::<K, R>(function, &mut seat, wait))),
        };
        match joined {
            Joined::Served(lookup) => lookup,
            Joined::Lead(lead) => served(lead.run::<R>(compute), 0, Source::Miss),
        }
    }

    /// Runs the function's future, unless another call's run can be waited for.
    pub async fn run_async(self, future: impl Future<Output = R::Value>) -> R::Value {
        self.run_lookup_async(future).await.value
    }

    /// The same, and says where the value came from.
    pub async fn run_lookup_async(self, future: impl Future<Output = R::Value>) -> Lookup<R::Value> {
        let Some((function, mut seat)) = self.place else {
            return served(future.await, 0, Source::Disabled);
        };
        seat.is_polled = true;
        let joined = match first::<K, R>(function, &mut seat) {
            Ok(joined) => joined,
            Err(wait) => join::<K, R>(function, &mut seat, wait).await,
        };
        match joined {
            Joined::Served(lookup) => lookup,
            Joined::Lead(lead) => served(lead.run_async::<R>(future).await, 0, Source::Miss),
        }
    }
}

/// What comes of a miss.
enum Joined<K: Send + Sync + 'static, V: Send + Sync + 'static> {
    Served(Lookup<V>),
    Lead(Lead<K, V>),
}

/// A call's wait for another one's run, and the snapshot at which the call began.
type Waiting<V> = (Wait<V>, Sequence);

/// Leads, is served after all, or has to wait.
#[inline]
fn first<K: Send + Sync + 'static, R: Proof>(
    function: &'static Function<K, R::Value>,
    seat: &mut Seat<K>,
) -> Result<Joined<K, R::Value>, Waiting<R::Value>> {
    let boarding = function.board::<R>(seat);
    if let Boarding::Hit(value, made) = boarding {
        function.note(Count::Hit, EventKind::Hit);
        return Ok(Joined::Served(served(value, made, Source::Hit)));
    }
    function.note(Count::Miss, EventKind::Miss);
    match boarding {
        Boarding::Lead(lead) => Ok(Joined::Lead(lead)),
        Boarding::Wait(wait, start) => Err((wait, start)),
        Boarding::Hit(..) => unreachable!("a hit was dealt with"),
    }
}

/// Waits for another call's run as long as there is one to wait for.
async fn join<K: Send + Sync + 'static, R: Proof>(
    function: &'static Function<K, R::Value>,
    seat: &mut Seat<K>,
    mut waiting: Waiting<R::Value>,
) -> Joined<K, R::Value> {
    loop {
        let (wait, start) = waiting;
        let target = wait.target();
        let coalesced = match wait.await {
            // Overtaken by an invalidation, maybe by one from before this call: then it is older than this call may see.
            Landing::Value(shared) if shared.overtaken && start > shared.snapshot => None,
            Landing::Value(shared) => R::share(&shared.value).map(|value| {
                if let Some(nested) = &seat.nested {
                    nested.depend(function, shared.snapshot, &shared.dependencies);
                }
                (value, 0)
            }),
            // All who waited run at once, rather than one after another.
            Landing::Released => {
                seat.joins = false;
                None
            }
            Landing::Abandoned => None,
            Landing::Stalled => {
                function.give_up(seat.hash, target);
                None
            }
        };
        let (value, made) = match coalesced {
            Some(coalesced) => coalesced,
            None => match function.board::<R>(seat) {
                Boarding::Lead(lead) => return Joined::Lead(lead),
                Boarding::Wait(wait, start) => {
                    waiting = (wait, start);
                    continue;
                }
                // Another call's run has ended meanwhile.
                Boarding::Hit(value, made) => (value, made),
            },
        };
        function.note(Count::Coalesced, EventKind::Coalesced);
        return Joined::Served(served(value, made, Source::Coalesced));
    }
}

fn served<V>(value: V, made: Nanos, source: Source) -> Lookup<V> {
    let age = if made == 0 {
        Duration::ZERO
    } else {
        Duration::from_nanos(clock::now().saturating_sub(made))
    };
    Lookup { value, source, age }
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
    site.function::<M, Q::Owned, R::Value>(config).peek::<R, Q>(&key)
}

/// Invalidates a key; says whether it had a value.
///
/// Not public API. Used by generated code.
pub fn invalidate<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
) -> bool {
    site.function::<M, Q::Owned, R::Value>(config).invalidate(&key)
}

/// Stores a value for a key.
///
/// Not public API. Used by generated code.
pub fn insert<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
    value: R::Value,
) {
    if switch::is_enabled() {
        site.function::<M, Q::Owned, R::Value>(config)
            .insert::<R, Q>(&key, value);
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

/// Takes every value of a function out.
///
/// Not public API. Used by generated code.
pub fn clear(site: &'static Site) {
    site.instances().for_each(|function| function.clear());
}
