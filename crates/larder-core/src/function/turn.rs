//! A call that was not served, from then until it is: it joins the computation that runs for its key, or leads one.

use std::{
    future::{Future, poll_fn},
    num::NonZeroU64,
    pin::pin,
    sync::Arc as StdArc,
    task::Context,
};

use super::{Function, Nested, keep::Keep};
use crate::{
    clock::{self, Nanos},
    defer,
    context::{self, About, Dependency, Id, Level},
    event::EventKind,
    flight::{Flight, Landing, Pulse, Running, Shared, Wait, Watch},
    outcome::{Class, Proof},
    reader,
    scope::{SEQUENCE, Scope, Sequence},
    stats::Count,
    store::memory::{Cause, Left, tag},
    sync::Arc,
};

/// What a call that was not served asks for. Apart from its turn, which is large and made where it stays: this moves from the look to the run.
#[derive(Debug)]
pub(crate) struct Call<K: 'static, V: 'static> {
    pub(crate) function: &'static Function<K, V>,
    pub(crate) hash: u64,
    pub(crate) key: K,
    pub(crate) nested: Option<Nested>,
    /// What the value belongs to beside its function and key: its tags and its user.
    pub(crate) scopes: Vec<Arc<Scope>>,
    /// Whether its key has no entry, as far as known.
    pub(crate) absent: Option<Absent>,
    /// Whether a stored value will do, or the function is to run (`refresh`).
    pub(crate) takes_stored: bool,
}

/// A call that was not served.
#[derive(Debug)]
pub(crate) struct Turn<K: Send + Sync + 'static, V: Send + Sync + 'static> {
    pub(crate) function: &'static Function<K, V>,
    pub(crate) hash: u64,
    /// Gone once the call leads a computation.
    pub(crate) key: Option<K>,
    pub(crate) nested: Option<Nested>,
    /// What the value belongs to beside its function and key: its tags and its user.
    pub(crate) scopes: Vec<Arc<Scope>>,
    /// Whether its key has no entry, as far as known.
    pub(crate) absent: Option<Absent>,
    /// Whether a stored value will do, or the function is to run (`refresh`).
    pub(crate) takes_stored: bool,
    /// Whether it may wait for others.
    pub(crate) joins: bool,
    /// The computation it leads.
    lead: Lead,
    /// Who waits for it, from the moment it is not listed any more.
    flight: Option<StdArc<Flight<V>>>,
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

    fn version(self) -> u32 {
        (self.0.get() - 1) as u32
    }
}

/// A computation: the right and the duty to end it.
#[derive(Debug, Default)]
struct Lead {
    /// Whether it is listed among the running ones of its shard.
    is_listed: bool,
    shard: u32,
    id: Id,
    level: Level,
    snapshot: Sequence,
    /// When it began, if it is timed.
    began: Option<Nanos>,
    pulse: Option<Arc<Pulse>>,
}

/// What a call that was not served does next.
#[derive(Debug)]
pub(crate) enum Boarding<V> {
    /// It is served after all.
    Hit(V, Nanos),
    /// It computes.
    Lead,
    /// It waits for another call; it began at or before this snapshot.
    Wait(Wait<V>, Sequence),
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    #[inline(always)]
    pub(crate) fn new(call: Call<K, V>) -> Self {
        let Call { function, hash, key, nested, scopes, absent, takes_stored } = call;
        let (key, lead) = (Some(key), Lead::default());
        Self { function, hash, key, nested, scopes, absent, takes_stored, joins: true, lead, flight: None }
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
                    Some((entry, life)) if self.takes_stored && function.is_valid(shard, entry, life) => {
                        drop(locked);
                        if let Some((value, made)) = function.serve::<R>(shard, entry, life, self.nested.as_ref()) {
                            return Boarding::Hit(value, made);
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
            let began = function.site.durations.wants().then(clock::precise);
            self.lead = Lead { is_listed: true, shard: number as u32, id, level, snapshot, began, pulse };
            return Boarding::Lead;
        }
    }

    /// Runs the function on this thread.
    #[inline]
    pub(crate) fn run<R: Proof<Value = V>>(&mut self, compute: impl FnOnce() -> V) -> V {
        let value = self.lead.level.enter(compute);
        self.finish::<R>(&value);
        value
    }

    /// Runs the function's future, inside the computation wherever it is polled.
    pub(crate) async fn run_async<R: Proof<Value = V>>(&mut self, future: impl Future<Output = V>) -> V {
        let value = {
            let mut future = pin!(future);
            let mut watch = Watch::new(self.lead.pulse.take().unwrap_or_else(Pulse::new));
            let level = &mut self.lead.level;
            poll_fn(|context| {
                let waker = watch.over(context.waker());
                let polled = level.enter(|| future.as_mut().poll(&mut Context::from_waker(waker)));
                watch.end();
                polled
            })
            .await
        };
        self.finish::<R>(&value);
        value
    }

    /// Runs `work` inside the computation this call leads, so that nothing in it waits for it.
    #[inline]
    pub(crate) fn inside<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.lead.level.enter(work)
    }

    /// The end of a computation: its value is judged, stored if it is still true, and handed to everybody who waited.
    fn finish<R: Proof<Value = V>>(&mut self, value: &V) {
        let function = self.function;
        if let Some(began) = self.lead.began {
            function.site.durations.record(clock::precise().saturating_sub(began));
        }
        let class = R::class(value);
        let mut notes = self.lead.level.take_notes();
        let snapshot = self.lead.snapshot;
        if !self.scopes.is_empty() {
            notes.depend(self.scopes.drain(..).map(|scope| Dependency { scope, snapshot }));
        }
        // Predicates and `Clone` are the user's too: should they call the function, they must not wait for this computation.
        let copy = self.inside(|| {
            let keep = function.keep::<R>(value, &notes)?;
            // What a transaction sees before it is committed is nobody else's business.
            if defer::is_changing() { None } else { Some((keep, R::share(value)?)) }
        });
        let has_copy = copy.is_some();
        let (overtaken, deadline) = self.store(class, copy, &notes.dependencies);
        self.report(class, overtaken.is_some() && has_copy);
        function.stored(deadline);
        if let Some(nested) = &self.nested {
            nested.depend(function, self.lead.snapshot, &notes.dependencies);
        }
        if let Some(flight) = self.flight.clone() {
            let snapshot = self.lead.snapshot;
            // Nor is it the business of those who wait: they read for themselves.
            let shared = if defer::is_changing() { None } else { R::share(value) };
            let landing = shared.map_or(Landing::Released, |value| {
                Landing::Value(Arc::new(Shared { value, snapshot, dependencies: notes.dependencies, overtaken }))
            });
            self.flight = None;
            flight.land(landing);
        }
    }

    /// Takes the computation off the list and stores its value, if it was not overtaken by an invalidation: says since which snapshot it was, and when the stored
    /// value expires. What is left over is dropped where it stands, when the lock is free.
    fn store(
        &mut self,
        class: Class,
        mut copy: Option<(Keep, V)>,
        dependencies: &[Dependency],
    ) -> (Option<Sequence>, Option<Nanos>) {
        let function = self.function;
        let mut left = Left::default();
        let mut deadline = None;
        // Before the lock, so that it is dropped after it, also by a panic.
        let mut key = None;
        let shard = function.memory.shard_at(self.lead.shard as usize);
        let mut locked = shard.lock();
        let Running { key: running, doomed, flight, .. } =
            locked.extra.end(self.hash, self.lead.id).expect("a computation ends once");
        key.get_or_insert(running);
        self.lead.is_listed = false;
        self.flight = flight;
        // Of a dependency that was read from an older entry, the invalidation may be older than this computation: it was under way when the entry was read.
        let broken = dependencies.iter().filter(|dependency| dependency.is_broken()).map(|broken| broken.snapshot).min();
        let is_overtaken = doomed || function.floor() > self.lead.snapshot;
        let overtaken = is_overtaken.then_some(self.lead.snapshot).into_iter().chain(broken).min();
        if overtaken.is_none() {
            // Mostly nobody stored anything in this shard since it was looked up.
            let is_absent = self.absent.is_some_and(|absent| absent.version() == shard.version());
            let is_key = |owned: &K| key.as_ref().is_some_and(|key| (function.keys.eq)(owned, key));
            let old = if is_absent { None } else { shard.find_locked(&locked, tag(self.hash), is_key) };
            if let Some((keep, copy)) = copy.take() {
                if let Some(key) = key.take() {
                    let new = keep.entry(self.hash, self.lead.snapshot, key, copy);
                    deadline = function.store(shard, &mut locked, new, old, &mut left);
                }
            } else if let Some(old) = old.filter(|_| class != Class::Err && !defer::is_changing()) {
                // The function has an answer that is not to be kept: what was kept before is not the answer any more.
                shard.remove(&mut locked, old, Cause::Removed);
            }
        }
        drop(locked);
        (overtaken, deadline)
    }

    #[inline]
    fn report(&self, class: Class, is_rejected: bool) {
        let function = self.function;
        let reader = reader::current();
        function.site.counters.count(Count::Load, reader);
        if class == Class::Err {
            function.site.counters.count(Count::LoadError, reader);
        }
        if is_rejected {
            function.note(Count::Rejected, EventKind::RejectedWrite);
        }
        function.tell(if class == Class::Err { EventKind::LoadError } else { EventKind::Load });
    }

    /// The computation ended without a value, by a panic or a cancelled future: another caller takes over.
    #[cold]
    fn abandon(&mut self) {
        let function = self.function;
        if self.lead.is_listed {
            let shard = function.memory.shard_at(self.lead.shard as usize);
            let running = shard.lock().extra.end(self.hash, self.lead.id);
            function.site.counters.count(Count::LoadLost, reader::current());
            self.flight = running.and_then(|running| running.flight);
        }
        if let Some(flight) = self.flight.take() {
            flight.land(Landing::Abandoned);
        }
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Drop for Turn<K, V> {
    #[inline]
    fn drop(&mut self) {
        if self.lead.is_listed || self.flight.is_some() {
            self.abandon();
        }
    }
}
