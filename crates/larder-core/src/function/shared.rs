//! Turns of functions whose values live in a shared store: whoever leads asks the store first, and only then runs the function.
//!
//! All of it happens inside the flight of the key, so that one call of this process asks at a time, and the others get what it gets. Sync and async differ in who sends the
//! batches and who runs the function; what is asked, what the answer means and what is written are the same code.

use std::{future::Future, panic::resume_unwind};

use super::{
    Found,
    guarded::Panic,
    keep::Keep,
    turn::{Judged, Outcome, Purpose, Turn},
};
use crate::{
    clock::{self, NEVER, Nanos},
    context::{Notes, Records},
    defer,
    event::EventKind,
    fresh::Renewal,
    outcome::Proof,
    reader,
    shared::{Reading, Sealed, Taken, Tier, Verdict, Write},
    stats::Count,
    store::{bytes::Answers, memory::Life},
    sync::{Arc, AtomicU64},
};

/// A computation for a shared store, before it starts.
#[derive(Debug)]
struct Begun<V> {
    /// The newest invalidation in the store; `None` if the store did not say: then nothing is written.
    snapshot: Option<u64>,
    /// The key of the entry.
    entry: String,
    /// The scopes that every value of the key depends on, and those of them that an entry has to name: tags and user.
    scopes: Vec<String>,
    named: Vec<String>,
    /// Those whose records were asked for, and made if they were missing, before the function runs.
    known: Vec<String>,
    /// A stale value that may stand in for a failure.
    good: Option<Taken<V>>,
}

impl<V> Begun<V> {
    /// What is known before a function runs.
    fn of(reading: &Reading) -> Self {
        let texts = |names: &mut dyn Iterator<Item = &str>| names.map(String::from).collect::<Vec<_>>();
        Self {
            snapshot: reading.snapshot(),
            entry: reading.entry().into(),
            scopes: texts(&mut reading.scopes()),
            named: texts(&mut reading.scopes().skip(UNNAMED)),
            known: texts(&mut reading.names()),
            good: None,
        }
    }
}

/// What the store's answer means for a call.
enum Heard<V> {
    Served(Outcome<V>),
    Compute(Begun<V>),
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    /// Asks the store, and runs the function on this thread if that gives no value.
    #[cold]
    pub(super) fn run_shared<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        compute: impl FnOnce() -> V,
    ) -> Outcome<V> {
        let mut reading = self.ask(tier);
        let verdict = reading.ask(tier.space, &*tier.sealing);
        let begun = match self.hear::<R>(tier, &reading, verdict) {
            Heard::Served(outcome) => return outcome,
            Heard::Compute(begun) => begun,
        };
        let result = if self.notes_panics() {
            self.compute_guarded(compute)
        } else {
            Ok(self.lead.level.enter(compute))
        };
        let value = match result {
            Ok(value) => value,
            Err(panic) => return self.stand_in(tier, begun, panic),
        };
        let (judged, write) = self.weigh::<R>(tier, &begun, &value);
        if let Some(write) = write {
            // Whatever comes of it, the caller has its value.
            let answers = write.first().map(|batch| tier.space.run(&batch));
            let written = write.last(answers).and_then(|batch| tier.space.run(&batch));
            self.note_written(written);
        }
        self.close::<R>(tier, begun, judged, value)
    }

    /// The same for a future.
    pub(super) async fn run_shared_async<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        future: impl Future<Output = V>,
    ) -> Outcome<V> {
        let mut reading = self.ask(tier);
        let verdict = reading.ask_async(tier.space, &*tier.sealing).await;
        let begun = match self.hear::<R>(tier, &reading, verdict) {
            Heard::Served(outcome) => return outcome,
            Heard::Compute(begun) => begun,
        };
        let value = match self.compute_async(future).await {
            Ok(value) => value,
            Err(panic) => return self.stand_in(tier, begun, panic),
        };
        let (judged, write) = self.weigh::<R>(tier, &begun, &value);
        if let Some(write) = write {
            let answers = match write.first() {
                Some(batch) => Some(tier.space.run_async(&batch).await),
                None => None,
            };
            let written = match write.last(answers) {
                Ok(batch) => tier.space.run_async(&batch).await,
                Err(error) => Err(error),
            };
            self.note_written(written);
        }
        self.close::<R>(tier, begun, judged, value)
    }

    fn note_written(&mut self, written: Answers) {
        if let Err(error) = written {
            self.function.site.counters.count(Count::StoreError, reader::current());
            self.store_error = Some(error);
        }
    }

    /// What to ask for: the entry with its scopes, or only the sequence where the function is to run whatever is stored.
    fn ask(&mut self, tier: &Tier<V>) -> Reading {
        let texts = self.texts.take().unwrap_or_default();
        let (key, texts) = *texts;
        let (space, names) = (tier.space, &tier.names);
        let mut scopes = Vec::with_capacity(UNNAMED + texts.tags.len() + 1);
        scopes.extend([space.all(), names.function.clone(), names.key(&key)]);
        scopes.extend(texts.tags.iter().map(|tag| space.tag(tag)));
        scopes.extend(texts.user.as_deref().map(|user| space.user(user)));
        let hint = tier.hint(self.hash);
        let reading = Reading::new(space, names.entry(&key), scopes, hint.as_deref().unwrap_or_default());
        if self.takes_stored { reading } else { reading.without_entry() }
    }

    /// What the answer means for this call.
    fn hear<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        reading: &Reading,
        verdict: Verdict<V>,
    ) -> Heard<V> {
        let function = self.function;
        let (mut snapshot, mut good) = (None, None);
        match verdict {
            Verdict::Valid(taken) if self.may_have(tier, &taken) => {
                let (made, fresh_until) = (taken.made, taken.fresh_until);
                let outcome = self.serve_taken::<R>(tier, reading, taken);
                // After the flight has ended: the run is not to take this call's value for the new one.
                self.renew_if_due(tier, made, fresh_until);
                return Heard::Served(outcome);
            }
            Verdict::Valid(taken) => {
                snapshot = reading.snapshot();
                good = Some(taken);
            }
            Verdict::Nothing { snapshot: newest } => snapshot = Some(newest),
            Verdict::Failed(error) => {
                function.site.counters.count(Count::StoreError, reader::current());
                if tier.fails.is_some() && self.purpose.is_call() {
                    if let Some(value) = tier.failed(error) {
                        self.leave();
                        return Heard::Served(Outcome { value, stored: None });
                    }
                } else {
                    self.store_error = Some(error);
                }
            }
        }
        if self.purpose.is_call() {
            function.site.counters.count(Count::Miss, reader::current());
            if function.has_listener() {
                self.inside(|| function.tell(EventKind::Miss));
            }
        }
        Heard::Compute(Begun { snapshot, good, ..Begun::of(reading) })
    }

    /// Whether this call may have a valid value without running the function.
    fn may_have(&self, tier: &Tier<V>, taken: &Taken<V>) -> bool {
        if let Purpose::Renew { since } = self.purpose {
            return taken.made > since;
        }
        let now = clock::now();
        let Some(late) = now.checked_sub(taken.fresh_until) else { return true };
        let is_resting = || tier.known_renewal(self.hash).is_some_and(|renewal| renewal.is_resting(now));
        late < self.function.stale_window(&self.around.options, is_resting)
    }

    /// Has a stale value refreshed in the background, once.
    fn renew_if_due(&mut self, tier: &Tier<V>, made: Nanos, fresh_until: Nanos) {
        let Some(rules) = self.function.rules.filter(|rules| rules.renews()) else { return };
        let Some(again) = self.again.take() else { return };
        let now = clock::now();
        let renewal = tier.renewal(self.hash, rules);
        if now >= fresh_until
            && rules.while_revalidate > 0
            && let Some(claim) = Renewal::claim_since(&renewal, now, made)
        {
            again.start(claim);
        }
        renewal.touch(now);
        if renewal.is_unarmed() {
            renewal.arm(again);
        }
    }

    /// Hands a value from the store to the caller, to those who wait, and to memory where that may keep it.
    fn serve_taken<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        reading: &Reading,
        taken: Taken<V>,
    ) -> Outcome<V> {
        let is_stale = clock::now() >= taken.fresh_until;
        let Taken { value, snapshot, made, fresh_until, keep_until, dependencies } = taken;
        tier.learn(self.hash, &dependencies);
        let mut notes = Notes::default();
        self.depend_on_scopes(&mut notes);
        let records = |notes: &mut Notes| {
            notes.records.push(records(tier, reading.scopes(), snapshot, dependencies));
        };
        // Mostly nobody wants to know what it depends on in the store.
        let records = if tier.l1.is_some() || self.around.nested.is_some() {
            records(&mut notes);
            self.mirror(tier, &mut notes);
            None
        } else {
            Some(records)
        };
        let renewal = self.function.rules.map(|rules| tier.renewal(self.hash, rules));
        let copy = self.inside(|| {
            let l1 = tier.l1?;
            // When memory's time is over, the value is not stale: the store is to be asked.
            let asks_at = clock::now().saturating_add(l1);
            let until = fresh_until.min(asks_at);
            let life = Box::new(Life {
                until: Some(until),
                grace: keep_until.min(asks_at).saturating_sub(until),
                idle: NEVER,
                used: AtomicU64::new(made),
                weight: 0,
                renewal,
                dependencies: notes.dependencies.clone().into(),
                records: notes.records.clone().into(),
            });
            if defer::is_changing() {
                None
            } else {
                Some((Keep { made, life: Some(life) }, R::share(&value)?))
            }
        });
        let class = R::class(&value);
        let judged = Judged { class, is_answer: true, notes, copy, cost: 0, is_load: false };
        self.end_with::<R>(judged, &value, |notes| {
            if let Some(records) = records {
                records(notes);
            }
        });
        if self.purpose.is_call() {
            self.function.count_hit(reader::current(), is_stale);
        }
        Outcome { value, stored: Some((made, is_stale)) }
    }

    /// What memory keeps depends on what other processes say of its records.
    fn mirror(&self, tier: &Tier<V>, notes: &mut Notes) {
        if tier.l1.is_none() {
            return;
        }
        tier.space.listen();
        let names = notes.records.iter().flat_map(|records| &records.scopes).map(|(name, _)| name.as_str());
        let mirrored = tier.space.mirrored(names, self.lead.snapshot);
        notes.depend(mirrored);
    }

    /// What to keep of a value that was computed: in memory, and what is to be written.
    fn weigh<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        begun: &Begun<V>,
        value: &V,
    ) -> (Judged<V>, Option<Write>) {
        let function = self.function;
        let mut judged = self.judge::<R>(value);
        let Some(snapshot) = begun.snapshot else {
            // Without the store's word for it nothing says when the value ceases to be true.
            judged.copy = None;
            return (judged, None);
        };
        let space = std::ptr::from_ref(tier.space).addr();
        let is_foreign = |records: &Arc<Records>| records.space != space;
        let mut dependencies: Vec<(String, u64)> =
            begun.named.iter().map(|name| (name.clone(), snapshot)).collect();
        dependencies.extend(judged.notes.tags.iter().map(|tag| (tier.space.tag(tag), snapshot)));
        let own = judged.notes.records.iter().filter(|records| !is_foreign(records));
        for (name, snapshot) in own.flat_map(|records| &records.scopes) {
            match dependencies.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => *known = (*known).min(*snapshot),
                None => dependencies.push((name.clone(), *snapshot)),
            }
        }
        let is_whole = !judged.notes.is_foreign && !judged.notes.records.iter().any(is_foreign);
        let is_true = function.floor() <= self.lead.snapshot
            && !judged.notes.dependencies.iter().any(|dependency| dependency.is_broken());
        if !is_whole {
            // Nobody could tell when it ceases to be true.
            judged.copy = None;
        }
        let batch = judged.copy.as_ref().filter(|_| is_true).map(|(keep, copy)| {
            let (fresh_for, grace) = Life::spans(keep.life.as_deref(), keep.made, function.memory.ttl());
            let (scopes, dependencies) = (&begun.scopes, &dependencies);
            tier.writing(&begun.entry, &Sealed { snapshot, scopes, dependencies, fresh_for, grace }, copy)
        });
        let batch = batch.transpose().unwrap_or_else(|_| {
            function.site.counters.count(Count::StoreError, reader::current());
            None
        });
        let given = judged.notes.tags.iter().map(|tag| tier.space.tag(tag));
        let unknown: Vec<_> = given.filter(|name| !begun.known.contains(name)).collect();
        let write = batch.flatten().map(|batch| Write::new(batch, tier.space.sequence(), unknown));
        let is_unkept = judged.is_answer && judged.copy.is_none();
        let others = dependencies.iter().filter(|(name, _)| !begun.scopes.contains(name)).cloned();
        tier.learn(self.hash, &others.collect::<Vec<_>>());
        let leaves_old = self.around.options.skip_write || defer::is_changing();
        // The function has an answer that is not to be kept: what was kept before is not the answer any more.
        let removal = || Write::removal(begun.entry.clone());
        let write = if is_unkept && !leaves_old { Some(removal()) } else { write };
        judged.notes.records =
            vec![records(tier, begun.scopes.iter().map(String::as_str), snapshot, dependencies)];
        self.mirror(tier, &mut judged.notes);
        judged.copy = tier.l1.and(judged.copy);
        if let (Some(l1), Some((keep, _))) = (tier.l1, &mut judged.copy) {
            let (fresh_for, grace) = Life::spans(keep.life.as_deref(), keep.made, function.memory.ttl());
            let kept_for = fresh_for.saturating_add(grace).min(l1);
            let fresh_for = fresh_for.min(l1);
            let life = keep.life.get_or_insert_with(|| Box::new(Life::plain(keep.made)));
            life.until = Some(keep.made.saturating_add(fresh_for));
            life.grace = kept_for - fresh_for;
            life.renewal = function.rules.map(|rules| tier.renewal(self.hash, rules));
            life.records = judged.notes.records.clone().into();
            life.dependencies = judged.notes.dependencies.clone().into();
        }
        (judged, write)
    }

    /// The end of a computation, after its value was written.
    fn close<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        begun: Begun<V>,
        judged: Judged<V>,
        value: V,
    ) -> Outcome<V> {
        let now = clock::now();
        if !judged.is_answer {
            self.rest(tier, now);
            if let Some(good) = self.may_stand_in(begun.good, now) {
                self.report(judged.class, false);
                return self.fall_back_on(tier, &begun.scopes, good);
            }
        } else if let Some(rules) = self.function.rules {
            let repeats = rules.refresh != NEVER && self.again.is_some();
            let renewal =
                if repeats { Some(tier.renewal(self.hash, rules)) } else { tier.known_renewal(self.hash) };
            if let Some(renewal) = &renewal {
                renewal.stored(now, judged.cost);
            }
            if repeats {
                if let Some(renewal) = renewal.as_ref().filter(|_| self.purpose == Purpose::Call) {
                    renewal.touch(now);
                }
                self.refresh_from_now_on(renewal.as_ref());
            }
        }
        self.end::<R>(judged, &value);
        Outcome { value, stored: None }
    }

    /// The function panicked: the last good value, or the panic goes on.
    fn stand_in(&mut self, tier: &'static Tier<V>, begun: Begun<V>, panic: Panic) -> Outcome<V> {
        let now = clock::now();
        self.rest(tier, now);
        self.function.site.counters.count(Count::LoadLost, reader::current());
        match self.may_stand_in(begun.good, now) {
            Some(good) => {
                // The hook has reported it; dropping what it carries may panic once more.
                std::mem::forget(panic);
                self.fall_back_on(tier, &begun.scopes, good)
            }
            None => resume_unwind(panic),
        }
    }

    /// The function has failed: it is not tried again for a while.
    fn rest(&self, tier: &Tier<V>, now: Nanos) {
        let Some(rules) = self.function.rules else { return };
        self.note_failure(&tier.renewal(self.hash, rules), now);
    }

    /// The last good value, if this call may have it in place of a failure.
    fn may_stand_in(&self, good: Option<Taken<V>>, now: Nanos) -> Option<Taken<V>> {
        let window = self.function.error_window(&self.around.options);
        good.filter(|good| self.is_guarded() && now.saturating_sub(good.fresh_until) < window)
    }

    /// The last good value in place of a failure. Those who wait find it, too, and that the function is not to be tried again yet.
    fn fall_back_on(&mut self, tier: &'static Tier<V>, scopes: &[String], good: Taken<V>) -> Outcome<V> {
        self.function.note(Count::Stale, EventKind::StaleHit);
        if let Some(nested) = &self.around.nested {
            let scopes = scopes.iter().map(String::as_str);
            let records = records(tier, scopes, good.snapshot, good.dependencies);
            nested.depend(self.function, self.lead.snapshot, &[], &[records]);
        }
        self.leave();
        Outcome::of(Found { value: good.value, made: good.made, is_stale: true, due: None })
    }
}

/// What a value depends on in its store, for whoever computes from it.
fn records<'a, V>(
    tier: &Tier<V>,
    scopes: impl Iterator<Item = &'a str>,
    snapshot: u64,
    dependencies: Vec<(String, u64)>,
) -> Arc<Records> {
    let mut all = dependencies;
    let more = scopes.filter(|scope| !all.iter().any(|(name, _)| name == *scope));
    let more: Vec<_> = more.map(|scope| (scope.into(), snapshot)).collect();
    all.extend(more);
    Arc::new(Records { space: std::ptr::from_ref(tier.space).addr(), scopes: all })
}

/// The first scopes, of everything, the function and the key, are no tags or users, which an entry has to name.
const UNNAMED: usize = 3;
