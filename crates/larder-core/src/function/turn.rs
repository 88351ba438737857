//! A call that was not served, from then until it is: it joins the computation that runs for its key, or leads one.

use std::{
    future::{Future, poll_fn},
    num::NonZeroU64,
    pin::pin,
    sync::Arc as StdArc,
    task::Context,
};

use super::{
    Around, Found, Function,
    guarded::{self, Panic},
};
use crate::{
    call::Scopes,
    clock::{self, Nanos},
    context::{self, About, Id, Level},
    flight::{Flight, Landing, Pulse, Wait, Watch},
    fresh::Again,
    lookup::Source,
    outcome::Proof,
    reader,
    scope::{SEQUENCE, Scope, Sequence},
    stats::Count,
    store::memory::{Entry, tag},
    sync::Arc,
};

/// What a call that was not served asks for. Apart from its turn, which is large and made where it stays: this moves from the look to the run.
#[derive(Debug)]
pub(crate) struct Call<K: 'static, V: 'static> {
    pub(crate) function: &'static Function<K, V>,
    pub(crate) hash: u64,
    pub(crate) key: K,
    pub(crate) around: Around,
    /// What the value belongs to beside its function and key: its tags and its user.
    pub(crate) scopes: Vec<Arc<Scope>>,
    /// The same as texts, for a shared store.
    pub(crate) texts: Option<Box<Scopes>>,
    /// Whether its key has no entry, as far as known.
    pub(crate) absent: Option<Absent>,
    pub(crate) purpose: Purpose,
    /// What refreshes the key from then on, where the function has an interval for it.
    pub(crate) again: Option<Box<dyn Again>>,
}

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To have a value; a stored one will do.
    Call,
    /// To have a new value stored: the function runs whatever is there.
    Refresh,
    /// The same in the background, for a value that was made then; one that was stored since will do.
    Renew { since: Nanos },
}

impl Purpose {
    /// Whether it is a caller's hit or miss.
    pub(crate) fn is_call(self) -> bool {
        matches!(self, Self::Call | Self::Refresh)
    }
}

/// A call that was not served.
#[derive(Debug)]
pub(crate) struct Turn<K: Send + Sync + 'static, V: Send + Sync + 'static> {
    pub(crate) function: &'static Function<K, V>,
    pub(crate) hash: u64,
    /// Gone once the call leads a computation.
    pub(crate) key: Option<K>,
    pub(crate) around: Around,
    /// What the value belongs to beside its function and key: its tags and its user.
    pub(super) scopes: Vec<Arc<Scope>>,
    /// The same as texts, and the key's, for a shared store.
    pub(super) texts: Option<Box<(String, Scopes)>>,
    /// Whether its key has no entry, as far as known.
    pub(super) absent: Option<Absent>,
    pub(crate) purpose: Purpose,
    pub(super) again: Option<Box<dyn Again>>,
    /// Whether a stored value will do.
    pub(super) takes_stored: bool,
    /// Whether it may wait for others.
    pub(crate) joins: bool,
    /// Whether it was counted as a miss when it began to wait.
    pub(crate) has_waited: bool,
    /// The computation it leads.
    pub(super) lead: Lead,
    /// Who waits for it, from the moment it is not listed any more.
    pub(super) flight: Option<StdArc<Flight<V>>>,
}

/// That a key had no entry in a shard at a version: as long as the version stands, it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Absent(NonZeroU64);

impl Absent {
    #[inline(always)]
    pub(crate) fn new(shard: usize, version: u32) -> Self {
        // One word, since it is written by halves and read as a whole right away, which processors are slow at.
        Self(NonZeroU64::MIN.saturating_add((shard as u64) << 32 | u64::from(version)))
    }

    pub(super) fn version(self) -> u32 {
        (self.0.get() - 1) as u32
    }
}

/// A computation: the right and the duty to end it.
#[derive(Debug, Default)]
pub(super) struct Lead {
    /// Whether it is listed among the running ones of its shard.
    pub(super) is_listed: bool,
    pub(super) shard: u32,
    pub(super) id: Id,
    pub(super) level: Level,
    pub(super) snapshot: Sequence,
    /// When it began, if it is timed.
    pub(super) began: Option<Nanos>,
    pulse: Option<Arc<Pulse>>,
}

impl Lead {
    /// Only now the function is about to run: how long it takes counts from here.
    pub(super) fn starts_now(&mut self) {
        if let Some(began) = &mut self.began {
            *began = clock::precise();
        }
    }
}

/// What a run gives its caller.
#[derive(Debug)]
pub(crate) struct Outcome<V> {
    pub(crate) value: V,
    /// If it is a stored value instead of what the function said: when that was made, and how it was come by.
    pub(crate) stored: Option<(Nanos, Source)>,
}

impl<V> Outcome<V> {
    /// A value that was found instead.
    pub(super) fn of(found: Found<V>) -> Self {
        let source = if found.is_stale { Source::Stale } else { Source::Hit };
        Self { value: found.value, stored: Some((found.made, source)) }
    }
}

/// What a call that was not served does next.
#[derive(Debug)]
pub(crate) enum Boarding<V> {
    /// It is served after all.
    Hit(Found<V>),
    /// It computes.
    Lead,
    /// It waits for another call; it began at or before this snapshot.
    Wait(Wait<V>, Sequence),
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    #[inline(always)]
    pub(crate) fn new(call: Call<K, V>) -> Self {
        let Call { function, hash, key, around, scopes, texts, absent, purpose, again } = call;
        let texts = function.is_shared().then(|| {
            Box::new(((function.keys.text)(&key), texts.map_or_else(Scopes::default, |texts| *texts)))
        });
        let (key, lead) = (Some(key), Lead::default());
        let takes_stored =
            matches!(purpose, Purpose::Call | Purpose::Renew { .. }) && !around.options.skip_read;
        // In a shared store, those who run may only be reading what a run in the background is to replace.
        let is_apart = match purpose {
            Purpose::Call | Purpose::Refresh => false,
            Purpose::Renew { .. } => function.is_shared(),
        };
        let joins = !is_apart && !around.options.no_wait;
        Self {
            function,
            hash,
            key,
            around,
            scopes,
            texts,
            absent,
            purpose,
            again,
            takes_stored,
            joins,
            has_waited: false,
            lead,
            flight: None,
        }
    }

    /// One more look under the lock; then joins the computation that runs for the key, or begins one.
    #[inline]
    pub(crate) fn board<R: Proof<Value = V>>(&mut self, is_polled: bool) -> Boarding<V> {
        let function = self.function;
        let mut joins = self.joins && function.config.single_flight;
        loop {
            let start = SEQUENCE.snapshot();
            let (number, shard, mut locked) = function.memory.lock(self.hash);
            let key = self.key.as_ref().expect("a call leads once");
            let here = Absent::new(number, shard.version());
            if self.absent != Some(here) {
                self.absent = None;
                // The pin keeps the entry whole after the lock is free, where its value is cloned.
                let pin = reader::current().pin(shard.place());
                match shard.find(&pin, tag(self.hash), |owned| (function.keys.eq)(owned, key)) {
                    None => self.absent = Some(here),
                    // Judged under the lock: whoever ran meanwhile has stored.
                    Some((entry, life))
                        if self.takes(entry)
                            && function.is_served(shard, entry, life, &self.around.options) =>
                    {
                        drop(locked);
                        if let Some(found) = function.serve::<R>(shard, entry, life, Some(&self.around)) {
                            return Boarding::Hit(found);
                        }
                        // It ended in between, or cannot be copied: this call computes.
                        self.takes_stored = false;
                        continue;
                    }
                    Some(_) => {}
                }
            }
            let mut joinable = joins;
            // A computation from before an invalidation is not joined by a call from after it.
            let floor = self.scopes.iter().map(|scope| scope.newest()).fold(function.floor(), u64::max);
            if joins
                && let Some(running) =
                    locked.extra.joinable(self.hash, floor, |owned| (function.keys.eq)(owned, key))
            {
                if context::is_around_caller(running.id) {
                    // The function called itself with its own arguments: it runs, and nobody waits for it.
                    joinable = false;
                } else {
                    let flight = running.flight();
                    drop(locked);
                    match Wait::new(flight) {
                        Some(wait) => return Boarding::Wait(wait, start),
                        None => {
                            joins = false;
                            continue;
                        }
                    }
                }
            }
            let pulse = is_polled.then(Pulse::new);
            let key = self.key.take().expect("a call leads once");
            let snapshot = SEQUENCE.snapshot();
            let level = Level::new(About { function, hash: self.hash, snapshot });
            let id = level.id;
            locked.extra.start(self.hash, key, id, pulse.clone(), snapshot, joinable);
            drop(locked);
            let is_timed = function.rules.is_some_and(|rules| rules.early) || function.site.durations.wants();
            let began = is_timed.then(clock::precise);
            self.lead = Lead { is_listed: true, shard: number as u32, id, level, snapshot, began, pulse };
            return Boarding::Lead;
        }
    }

    /// Whether this entry, being valid, is what the call is for.
    fn takes(&self, entry: &Entry<K, V>) -> bool {
        self.takes_stored
            && match self.purpose {
                Purpose::Renew { since } => entry.made() > since,
                Purpose::Call | Purpose::Refresh => true,
            }
    }

    /// Whether the last good value stands in for a failure.
    #[inline]
    pub(super) fn is_guarded(&self) -> bool {
        self.purpose == Purpose::Call && self.function.rules.is_some_and(|rules| rules.if_error > 0)
    }

    /// Whether a panic is noted as a failure.
    #[inline]
    pub(super) fn notes_panics(&self) -> bool {
        self.function.rules.is_some()
    }

    /// Runs the function on this thread.
    #[inline]
    pub(crate) fn run<R: Proof<Value = V>>(&mut self, compute: impl FnOnce() -> V) -> Outcome<V> {
        if let Some(tier) = &self.function.tier {
            return self.run_shared::<R>(tier, compute);
        }
        if self.notes_panics() {
            return self.run_guarded::<R>(compute);
        }
        let value = self.lead.level.enter(compute);
        self.finish::<R>(&value);
        Outcome { value, stored: None }
    }

    /// Runs the function's future, inside the computation wherever it is polled.
    pub(crate) async fn run_async<R: Proof<Value = V>>(
        &mut self,
        future: impl Future<Output = V>,
    ) -> Outcome<V> {
        if let Some(tier) = &self.function.tier {
            let pulse = self.lead.pulse.take();
            // In a box, so that the futures of functions without a store need not make room for it.
            return watched(pulse, Box::pin(self.run_shared_async::<R>(tier, future))).await;
        }
        match self.compute_async(future).await {
            Ok(value) => self.conclude::<R>(value),
            Err(panic) => self.rescue::<R>(panic),
        }
    }

    /// Polls the function's future to its end, inside the computation; where a stored value stands in for a failure, a panic is one.
    pub(super) async fn compute_async(&mut self, future: impl Future<Output = V>) -> Result<V, Panic> {
        let mut future = pin!(future);
        let mut watch = Watch::new(self.lead.pulse.take().unwrap_or_else(Pulse::new));
        let is_guarded = self.notes_panics();
        let level = &mut self.lead.level;
        poll_fn(|context| {
            let waker = watch.over(context.waker());
            let mut poll = || level.enter(|| future.as_mut().poll(&mut Context::from_waker(waker)));
            let polled = if is_guarded { guarded::poll(&mut poll) } else { poll().map(Ok) };
            watch.end();
            polled
        })
        .await
    }

    /// Runs `work` inside the computation this call leads, so that nothing in it waits for it.
    #[inline]
    pub(crate) fn inside<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.lead.level.enter(work)
    }

    /// The computation ended without a value, by a panic or a cancelled future: another caller takes over.
    #[cold]
    pub(super) fn abandon(&mut self) {
        if self.lead.is_listed {
            self.function.site.counters.count(Count::LoadLost, reader::current());
        }
        self.leave();
    }

    /// Takes the computation off the list; those who wait look for themselves.
    pub(super) fn leave(&mut self) {
        if self.lead.is_listed {
            self.lead.is_listed = false;
            let shard = self.function.memory.shard_at(self.lead.shard as usize);
            let running = shard.lock().extra.end(self.hash, self.lead.id);
            self.flight = running.and_then(|running| running.flight);
        }
        if let Some(flight) = self.flight.take() {
            flight.land(Landing::Abandoned);
        }
    }
}

/// Polls a run to its end, so that those who wait for it notice when its task is forgotten, whatever it waits for itself.
async fn watched<T>(pulse: Option<Arc<Pulse>>, run: impl Future<Output = T>) -> T {
    let mut run = pin!(run);
    let mut watch = Watch::new(pulse.unwrap_or_else(Pulse::new));
    poll_fn(|context| {
        let waker = watch.over(context.waker());
        let polled = run.as_mut().poll(&mut Context::from_waker(waker));
        watch.end();
        polled
    })
    .await
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Drop for Turn<K, V> {
    #[inline]
    fn drop(&mut self) {
        if self.lead.is_listed || self.flight.is_some() {
            self.abandon();
        }
    }
}
