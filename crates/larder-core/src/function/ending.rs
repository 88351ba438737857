//! The end of a computation: is its value worth keeping, is it still true, who gets it.
//!
//! Every computation ends here, whatever it was for, and with it the promise is kept: what an invalidation has overtaken goes to those who came before that, and not into the store.

use super::{
    Found, Purpose, Stored,
    keep::Keep,
    turn::{Outcome, Turn},
};
use crate::{
    clock::{self, Nanos},
    context::{Dependency, Notes},
    defer,
    event::EventKind,
    flight::{Landing, Running, Shared},
    fresh::Renewal,
    outcome::{Class, Proof},
    reader,
    scope::Sequence,
    stats::Count,
    store::memory::{Cause, Left, tag},
    sync::Arc,
};

/// A value that was computed, or read from a shared store, on its way to the store in memory and to those who wait.
#[derive(Debug)]
pub(super) struct Judged<V> {
    pub(super) class: Class,
    /// Whether it is what the function has to say: a value, or an error that is kept.
    pub(super) is_answer: bool,
    pub(super) notes: Notes,
    /// What memory is to keep of it.
    pub(super) copy: Option<(Keep, V)>,
    /// How long it took.
    pub(super) cost: Nanos,
    /// Whether the function gave it.
    pub(super) is_load: bool,
}

/// What became of a value that was computed.
#[derive(Debug)]
struct End<V> {
    /// The snapshot since which it is overtaken by an invalidation, if it is.
    overtaken: Option<Sequence>,
    stored: Option<Stored>,
    /// What the caller gets instead.
    good: Option<Found<V>>,
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    /// What the caller gets for a value that was computed.
    pub(super) fn conclude<R: Proof<Value = V>>(&mut self, value: V) -> Outcome<V> {
        match self.finish::<R>(&value) {
            Some(good) => Outcome::of(good),
            None => Outcome { value, stored: None },
        }
    }

    /// The end of a computation: its value is judged, stored if it is still true, and handed to everybody who waited. Gives the last good value if that stands in
    /// for it.
    #[inline]
    pub(super) fn finish<R: Proof<Value = V>>(&mut self, value: &V) -> Option<Found<V>> {
        let judged = self.judge::<R>(value);
        self.end::<R>(judged, value)
    }

    /// Is a value that was computed to be kept, and what does it depend on. Runs the user's predicates and `Clone`.
    #[inline]
    pub(super) fn judge<R: Proof<Value = V>>(&mut self, value: &V) -> Judged<V> {
        let function = self.function;
        let cost = self.lead.began.map_or(0, |began| clock::precise().saturating_sub(began));
        if self.lead.began.is_some() {
            function.site.durations.record(cost);
        }
        let class = R::class(value);
        let mut notes = self.lead.level.take_notes();
        self.depend_on_scopes(&mut notes);
        // Predicates and `Clone` are the user's too: should they call the function, they must not wait for this computation.
        let skips_write = self.around.options.skip_write;
        let (is_answer, copy) = self.inside(|| {
            let keep = function.keep::<R>(value, &notes);
            let is_answer = class != Class::Err || keep.is_some();
            // What a transaction sees before it is committed is nobody else's business.
            let keep = keep.filter(|_| !skips_write && !defer::is_changing());
            (is_answer, keep.and_then(|keep| Some((keep, R::share(value)?))))
        });
        Judged { class, is_answer, notes, copy, cost, is_load: true }
    }

    /// A value depends on its tags and its user.
    #[inline]
    pub(super) fn depend_on_scopes(&mut self, notes: &mut Notes) {
        let snapshot = self.lead.snapshot;
        if !self.scopes.is_empty() {
            notes.depend(self.scopes.drain(..).map(|scope| Dependency { scope, snapshot }));
        }
    }

    /// Stores a value in memory if it is still true, and hands it to everybody who waited.
    pub(super) fn end<R: Proof<Value = V>>(&mut self, judged: Judged<V>, value: &V) -> Option<Found<V>> {
        self.end_with::<R>(judged, value, |_| {})
    }

    /// The same; `complete` adds to the notes what only those who wait want to know.
    #[inline]
    pub(super) fn end_with<R: Proof<Value = V>>(
        &mut self,
        judged: Judged<V>,
        value: &V,
        complete: impl FnOnce(&mut Notes),
    ) -> Option<Found<V>> {
        let function = self.function;
        let Judged { class, is_answer, mut notes, copy, cost, is_load } = judged;
        let has_copy = copy.is_some();
        let End { overtaken, stored, good } = self.store::<R>(is_answer, copy, cost, &notes.dependencies);
        if is_load {
            self.report(class, overtaken.is_some() && has_copy);
        }
        self.renewed(stored.as_ref());
        function.stored(stored);
        if good.is_some() {
            function.note(Count::Stale, EventKind::StaleHit);
        } else if let Some(nested) = &self.around.nested {
            nested.depend(function, self.lead.snapshot, &notes.dependencies, &notes.records);
        }
        if let Some(flight) = self.flight.clone() {
            let snapshot = self.lead.snapshot;
            // Nor is it the business of those who wait: they read for themselves.
            let shared = if defer::is_changing() { None } else { R::share(value) };
            let landing = match shared {
                Some(value) => {
                    complete(&mut notes);
                    let Notes { dependencies, records, .. } = notes;
                    Landing::Value(Arc::new(Shared { value, snapshot, dependencies, records, overtaken }))
                }
                None => Landing::Released,
            };
            self.flight = None;
            flight.land(self.landing(!is_answer, landing));
        }
        good
    }

    /// How the computation ended for those who wait: if it failed, the last good value stands in where there is one, and a run in the background does not repeat it.
    pub(super) fn landing(&self, has_failed: bool, landing: Landing<V>) -> Landing<V> {
        let is_told = has_failed && self.function.rules.is_some();
        if is_told { Landing::Failed(Box::new(landing)) } else { landing }
    }

    /// Takes the computation off the list and stores its value, if it was not overtaken by an invalidation. What is left over is dropped where it stands, when the
    /// lock is free. What is no answer is a failure: an error that is not kept.
    fn store<R: Proof<Value = V>>(
        &mut self,
        is_answer: bool,
        mut copy: Option<(Keep, V)>,
        cost: Nanos,
        dependencies: &[Dependency],
    ) -> End<V> {
        let function = self.function;
        let mut left = Left::default();
        let mut stored = None;
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
        let broken = dependencies
            .iter()
            .filter(|dependency| dependency.is_broken())
            .map(|broken| broken.snapshot)
            .min();
        let is_overtaken = doomed || function.floor() > self.lead.snapshot;
        let overtaken = is_overtaken.then_some(self.lead.snapshot).into_iter().chain(broken).min();
        if !is_answer && function.rules.is_some() && !function.is_shared() {
            let good = key.as_ref().and_then(|key| self.last_good::<R>(shard, locked, key));
            return End { overtaken, stored, good };
        }
        if overtaken.is_none() {
            // Mostly nobody stored anything in this shard since it was looked up.
            let is_absent = self.absent.is_some_and(|absent| absent.version() == shard.version());
            let is_key = |owned: &K| key.as_ref().is_some_and(|key| (function.keys.eq)(owned, key));
            let old = if is_absent { None } else { shard.find_locked(&locked, tag(self.hash), is_key) };
            let leaves_old = !is_answer || self.around.options.skip_write || defer::is_changing();
            if let Some((keep, copy)) = copy.take() {
                if let Some(key) = key.take() {
                    let new = keep.entry(self.hash, self.lead.snapshot, key, copy);
                    stored = function.store(shard, &mut locked, new, cost, old, &mut left);
                }
            } else if let Some(old) = old.filter(|_| !leaves_old) {
                // The function has an answer that is not to be kept: what was kept before is not the answer any more.
                shard.remove(&mut locked, old, Cause::Removed);
            }
        }
        drop(locked);
        End { overtaken, stored, good: None }
    }

    /// A new value is stored: has its key refreshed from now on, where the function says so.
    fn renewed(&mut self, stored: Option<&Stored>) {
        let Some(renewal) = stored.and_then(|stored| stored.renewal.as_ref()) else { return };
        if self.purpose == Purpose::Call {
            renewal.touch(clock::now());
        }
        self.refresh_from_now_on(Some(renewal));
    }

    /// The key is in use: has it refreshed at its interval, where the function says so.
    pub(super) fn refresh_from_now_on(&mut self, renewal: Option<&Arc<Renewal>>) {
        if let Some(renewal) = renewal.filter(|renewal| renewal.is_unarmed())
            && let Some(again) = self.again.take()
        {
            renewal.arm(again);
        }
    }

    #[inline]
    pub(super) fn report(&self, class: Class, is_rejected: bool) {
        let function = self.function;
        let reader = reader::current();
        function.site.counters.count(Count::Load, reader);
        if let Purpose::Renew { .. } = self.purpose {
            function.site.counters.count(Count::Refresh, reader);
        }
        if class == Class::Err {
            function.site.counters.count(Count::LoadError, reader);
        }
        if is_rejected {
            function.note(Count::Rejected, EventKind::RejectedWrite);
        }
        function.tell(if class == Class::Err { EventKind::LoadError } else { EventKind::Load });
    }
}
