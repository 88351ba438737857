//! Turns of functions whose values live in a shared store: whoever leads asks the store first, and only then runs the function.
//!
//! All of it happens inside the flight of the key, so that one call of this process asks at a time, and the others get what it gets. Sync and async differ in who sends the
//! batches, who waits and who runs the function; what is asked, what the answer means and what is written are the same code.
//!
//! With `lock`, a call that finds nothing asks for the lock of its key, waits while another process has it, and looks once more before it runs the function.

use std::{future::Future, ops::Range};

use super::{
    Found,
    ending::Judged,
    keep::Keep,
    reading::records,
    turn::{Outcome, Purpose, Turn},
};
use crate::{
    clock::{self, NEVER, Nanos},
    context::{Notes, Records},
    defer,
    event::EventKind,
    fresh::Renewal,
    lookup::Source,
    outcome::Proof,
    reader,
    shared::{Grant, Held, Locking, Reading, Sealed, Seen, Taken, Tier, Verdict, Write},
    stats::Count,
    store::{bytes::Answers, memory::Life},
    sync::{Arc, AtomicU64},
};

/// What a call that asks the store knows beside the read.
#[derive(Debug)]
struct Asked<V> {
    /// The newest invalidation in the store; `None` if the store did not say: then nothing is written.
    snapshot: Option<u64>,
    /// Which of the names that are asked for an entry has to name: tags and user.
    named: Range<usize>,
    /// A stale value that may stand in for a failure.
    good: Option<Taken<V>>,
    /// The lock, where one is to be taken. Mostly there is none, and need not be room for one.
    locking: Option<Box<Locking>>,
    /// Whether it was counted as a miss.
    is_missed: bool,
}

/// A computation for a shared store, before it starts.
#[derive(Debug)]
struct Begun<V> {
    /// The newest invalidation in the store; `None` if the store did not say: then nothing is written.
    snapshot: Option<u64>,
    /// The key of the entry.
    entry: String,
    /// The scopes that every value of the key depends on, and those that an entry has to name: tags and user.
    scopes: Vec<String>,
    named: Vec<String>,
    /// Those whose records were asked for, and made if they were missing, before the function runs.
    known: Vec<String>,
    /// What was there, which a value of this computation takes the place of.
    seen: Seen,
    /// A stale value that may stand in for a failure.
    good: Option<Taken<V>>,
}

impl<V> Asked<V> {
    /// What is known before the function runs.
    fn begin(&mut self, reading: &mut Reading) -> Begun<V> {
        let seen = reading.take_seen();
        let known: Vec<_> = reading.names().map(String::from).collect();
        Begun {
            snapshot: self.snapshot,
            entry: reading.entry().into(),
            scopes: reading.scopes().map(String::from).collect(),
            named: known[self.named.clone()].to_vec(),
            known,
            seen,
            good: self.good.take(),
        }
    }
}

/// What the store's answer means for a call.
enum Heard<V> {
    /// It has its value, and maybe a lock that it did not need.
    Served(Outcome<V>, Option<Held>),
    /// The store is to be asked once more, and for the lock of the key, when that is released, or then.
    Wait(Nanos),
    /// The function is to run, under the lock of the key if there is one.
    Compute(Option<Held>),
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    /// Asks the store, and runs the function on this thread if that gives no value.
    #[cold]
    pub(super) fn run_shared<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        compute: impl FnOnce() -> V,
    ) -> Outcome<V> {
        let (mut asked, mut reading) = self.ask(tier);
        let mut held = loop {
            let verdict = reading.ask(tier.space, &*tier.sealing);
            match self.hear::<R>(tier, &mut asked, &mut reading, verdict) {
                Heard::Served(outcome, held) => {
                    held.into_iter().for_each(Held::give_back);
                    return outcome;
                }
                Heard::Wait(until) => {
                    if let Some(locking) = &mut asked.locking {
                        locking.wait_here(until);
                        reading.again_after(locking.attempt());
                    }
                }
                Heard::Compute(held) => break held,
            }
        };
        let begun = asked.begin(&mut reading);
        let result = if self.notes_panics() {
            self.compute_guarded(compute)
        } else {
            Ok(self.lead.level.enter(compute))
        };
        let value = match result {
            Ok(value) => value,
            Err(panic) => return self.stand_in(tier, &begun.scopes, begun.good, panic),
        };
        let (judged, write) = self.weigh::<R>(tier, &begun, &value);
        if let Some(write) = with_release(write, held.as_ref()) {
            // Whatever comes of it, the caller has its value.
            let answers = write.first().map(|batch| tier.space.run(&batch));
            let written = write.last(answers).and_then(|batch| tier.space.run(&batch));
            self.note_written(written, held.as_mut());
        }
        let outcome = self.close::<R>(tier, begun, judged, value);
        held.into_iter().for_each(Held::tell);
        outcome
    }

    /// The same for a future.
    pub(super) async fn run_shared_async<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        future: impl Future<Output = V>,
    ) -> Outcome<V> {
        let (mut asked, mut reading) = self.ask(tier);
        let held = loop {
            let verdict = reading.ask_async(tier.space, &*tier.sealing).await;
            match self.hear::<R>(tier, &mut asked, &mut reading, verdict) {
                Heard::Served(outcome, held) => {
                    if let Some(held) = held {
                        held.give_back_async().await;
                    }
                    return outcome;
                }
                Heard::Wait(until) => {
                    if let Some(locking) = &mut asked.locking {
                        locking.wait(until).await;
                        reading.again_after(locking.attempt());
                    }
                }
                Heard::Compute(held) => break held,
            }
        };
        let begun = asked.begin(&mut reading);
        // In a box of its own, so that a hit need not make room for it.
        Box::pin(self.compute_shared::<R>(tier, begun, held, future)).await
    }

    /// Runs the function's future, and writes what comes of it.
    async fn compute_shared<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        begun: Begun<V>,
        mut held: Option<Held>,
        future: impl Future<Output = V>,
    ) -> Outcome<V> {
        let value = match self.compute_async(future).await {
            Ok(value) => value,
            Err(panic) => return self.stand_in(tier, &begun.scopes, begun.good, panic),
        };
        let (judged, write) = self.weigh::<R>(tier, &begun, &value);
        if let Some(write) = with_release(write, held.as_ref()) {
            let answers = match write.first() {
                Some(batch) => Some(tier.space.run_async(&batch).await),
                None => None,
            };
            let written = match write.last(answers) {
                Ok(batch) => tier.space.run_async(&batch).await,
                Err(error) => Err(error),
            };
            self.note_written(written, held.as_mut());
        }
        let outcome = self.close::<R>(tier, begun, judged, value);
        if let Some(held) = held {
            held.tell_async().await;
        }
        outcome
    }

    fn note_written(&self, written: Answers, held: Option<&mut Held>) {
        if let Some(held) = held {
            held.released(&written);
        }
        if written.is_err() {
            self.function.site.counters.count(Count::StoreError, reader::current());
        }
    }

    /// What to ask for: the entry with its scopes, or only the sequence where the function is to run whatever is stored.
    fn ask(&mut self, tier: &Tier<V>) -> (Asked<V>, Reading) {
        if tier.l1.is_some() {
            // Before the store is asked, so that no invalidation falls in between.
            tier.space.listen();
        }
        let texts = self.texts.take().unwrap_or_default();
        let (key, texts) = *texts;
        let space = tier.space;
        let (reading, named) = self.function.reading(tier, self.hash, &key, &texts);
        let mut reading = match (self.takes_stored, tier.replaces_others) {
            (true, _) => reading,
            (false, true) => reading.only_replacing(),
            (false, false) => reading.without_entry(),
        };
        let names = || {
            let (function, fingerprint) = (self.function.site.record_name(), tier.sealing.fingerprint());
            (space.lock(function, fingerprint, &key), space.wish(function, fingerprint, &key))
        };
        let most = tier.lock.filter(|_| self.takes_lock());
        let mut locking = most.map(|most| Box::new(Locking::new(self.function.site, space, names(), most)));
        if let Some(locking) = locking.as_mut().filter(|_| !self.takes_stored) {
            // It runs whatever is there: others are to wait for it from the beginning.
            reading.again_after(locking.attempt());
        }
        let is_missed = self.has_waited;
        (Asked { snapshot: None, named, good: None, locking, is_missed }, reading)
    }

    /// Whether what it computes is for other processes, too, so that they may wait for it.
    fn takes_lock(&self) -> bool {
        // What it waited for itself would end with its own patience only.
        let is_own = self.lead.level.is_inside_itself();
        let is_for_all = !self.around.options.skip_write && !defer::is_changing();
        self.function.config.single_flight && is_for_all && !is_own
    }

    /// Whether it waits for the run of another process.
    fn waits(&self, asked: &Asked<V>) -> bool {
        let is_patient = self.takes_stored && !self.around.options.no_wait;
        // What is to replace a value that will do is left to whoever has the lock.
        is_patient && (self.purpose == Purpose::Call || asked.good.is_none())
    }

    /// What the answer means for this call.
    fn hear<R: Proof<Value = V>>(
        &mut self,
        tier: &'static Tier<V>,
        asked: &mut Asked<V>,
        reading: &mut Reading,
        verdict: Verdict<V>,
    ) -> Heard<V> {
        let function = self.function;
        let (mut valid, mut failure) = (None, None);
        match verdict {
            Verdict::Valid(taken) => {
                asked.snapshot = reading.snapshot();
                valid = Some(taken);
            }
            Verdict::Nothing { snapshot } => asked.snapshot = Some(snapshot),
            Verdict::Failed(error) => failure = Some(error),
        }
        let is_served = valid.as_ref().is_some_and(|taken| self.may_have(tier, taken));
        if !is_served && failure.is_none() {
            asked.good = valid.take();
        }
        let may_wait = valid.is_none() && self.waits(asked);
        let locking = asked.locking.as_mut().filter(|locking| locking.was_asked_for());
        let grant = locking.map(|locking| locking.heard(reading.came(), may_wait));
        let has_failed = failure.is_some();
        if let Some(error) = failure {
            function.site.counters.count(Count::StoreError, reader::current());
            if self.purpose.is_call()
                && let Some(value) = tier.failed(error)
            {
                self.count_miss(asked);
                if let Some(nested) = &self.around.nested {
                    nested.depend(function, self.lead.snapshot, &[], &[Records::unknown()]);
                }
                self.leave();
                return Heard::Served(Outcome { value, stored: None }, None);
            }
        }
        if let Some(taken) = valid {
            let held = if let Some(Grant::Held(held)) = grant { Some(held) } else { None };
            let (made, fresh_until) = (taken.made, taken.fresh_until);
            let outcome = self.serve_taken::<R>(tier, reading, taken, asked.is_missed);
            // After the flight has ended: the run is not to take this call's value for the new one.
            self.renew_if_due(tier, made, fresh_until);
            return Heard::Served(outcome, held);
        }
        self.count_miss(asked);
        self.lead.starts_now();
        match grant {
            Some(Grant::Held(held)) => Heard::Compute(Some(held)),
            Some(Grant::Wait(until)) => Heard::Wait(until),
            Some(Grant::Taken) => match asked.good.take_if(|_| !self.purpose.is_call()) {
                Some(good) => Heard::Served(self.leave_it_to_others(tier, good), None),
                None => Heard::Compute(None),
            },
            // To be asked for at once.
            None if asked.locking.is_some() && !has_failed => Heard::Wait(0),
            None => Heard::Compute(None),
        }
    }

    /// Counts a call that gets nothing from the store, once.
    fn count_miss(&mut self, asked: &mut Asked<V>) {
        let function = self.function;
        if self.purpose.is_call() && !std::mem::replace(&mut asked.is_missed, true) {
            function.site.counters.count(Count::Miss, reader::current());
            if function.has_listener() {
                self.inside(|| function.tell(EventKind::Miss));
            }
        }
    }

    /// Another process refreshes the value already.
    fn leave_it_to_others(&mut self, tier: &'static Tier<V>, good: Taken<V>) -> Outcome<V> {
        if let Some(rules) = self.function.rules {
            tier.renewal(self.hash, rules).put_off(clock::now(), rules.retry_after);
        }
        self.leave();
        Outcome::of(Found { value: good.value, made: good.made, is_stale: true, due: None })
    }

    /// Whether this call may have a valid value without running the function.
    fn may_have(&self, tier: &Tier<V>, taken: &Taken<V>) -> bool {
        if let Purpose::Renew { since } = self.purpose {
            return taken.made > since.saturating_add(GRAIN);
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
        is_missed: bool,
    ) -> Outcome<V> {
        let is_stale = clock::now() >= taken.fresh_until;
        let Taken { value, snapshot, made, fresh_until, keep_until, dependencies } = taken;
        tier.learn(self.hash, &dependencies);
        let mut notes = Notes::default();
        self.depend_on_scopes(&mut notes);
        let asked_at = clock::now();
        let records = |notes: &mut Notes| {
            notes.records.push(records(tier, reading.scopes(), snapshot, dependencies, asked_at));
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
        if let Some(renewal) = renewal.as_ref().filter(|renewal| made > renewal.made().saturating_add(GRAIN))
        {
            renewal.found(made);
        }
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
        let source = match (is_missed, is_stale) {
            (_, true) => Source::Stale,
            (true, false) => Source::Coalesced,
            (false, false) => Source::Hit,
        };
        if is_missed {
            // It was counted as a miss, and then another call, or another process, has run the function.
            if is_stale {
                self.function.note(Count::Stale, EventKind::StaleHit);
            }
            self.function.note(Count::Coalesced, EventKind::Coalesced);
        } else if self.purpose.is_call() {
            self.function.count_hit(reader::current(), is_stale);
        }
        Outcome { value, stored: Some((made, source)) }
    }

    /// What memory keeps depends on what other processes say of its records.
    fn mirror(&self, tier: &Tier<V>, notes: &mut Notes) {
        if tier.l1.is_none() {
            return;
        }
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
            // Without the store's word for it nothing says when the value ceases to be true, nor what is computed from it.
            judged.copy = None;
            judged.notes.records.push(Records::unknown());
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
            && !self.is_doomed()
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
        let write = batch.flatten().map(|batch| {
            let write = Write::new(batch, tier.space.sequence(), unknown);
            if tier.replaces_others { write.in_place_of(&begun.seen, &begun.entry) } else { write }
        });
        let is_unkept = judged.is_answer && judged.copy.is_none();
        let others = dependencies.iter().filter(|(name, _)| !begun.scopes.contains(name)).cloned();
        tier.learn(self.hash, &others.collect::<Vec<_>>());
        let leaves_old = self.around.options.skip_write || defer::is_changing();
        // The function has an answer that is not to be kept: what was kept before is not the answer any more.
        let removes = is_unkept && is_true && !leaves_old;
        let write = if removes { Write::removal(&begun.entry, &begun.seen) } else { write };
        let asked = judged.notes.records.iter().map(|records| records.asked).fold(clock::now(), Nanos::min);
        let scopes = begun.scopes.iter().map(String::as_str);
        judged.notes.records = vec![records(tier, scopes, snapshot, dependencies, asked)];
        if !is_whole {
            judged.notes.records.push(Records::unknown());
        }
        self.mirror(tier, &mut judged.notes);
        judged.copy = tier.l1.and(judged.copy);
        if let (Some(l1), Some((keep, _))) = (tier.l1, &mut judged.copy) {
            let (fresh_for, grace) = Life::spans(keep.life.as_deref(), keep.made, function.memory.ttl());
            // Since the store was asked, for that of its parts which memory gave first: what nothing tells is served for no longer.
            let left = asked.saturating_add(l1).saturating_sub(keep.made);
            let kept_for = fresh_for.saturating_add(grace).min(left);
            let fresh_for = fresh_for.min(left);
            let life = keep.life.get_or_insert_with(|| Box::new(Life::plain(keep.made)));
            life.until = Some(keep.made.saturating_add(fresh_for));
            life.grace = kept_for - fresh_for;
            life.renewal = function.rules.map(|rules| tier.renewal(self.hash, rules));
            life.records = judged.notes.records.clone().into();
            life.dependencies = judged.notes.dependencies.clone().into();
        }
        (judged, write)
    }

    /// Whether the key was invalidated, or another value inserted, since the computation began.
    fn is_doomed(&self) -> bool {
        let shard = self.function.memory.shard_at(self.lead.shard as usize);
        shard.lock().extra.is_doomed(self.hash, self.lead.id)
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
}

/// Times in a store are whole milliseconds, and the clock that they are brought to has ticks of up to ten: two that differ by no more may be one.
const GRAIN: Nanos = 12_000_000;

/// What is written, and behind it the release of the lock.
fn with_release(write: Option<Write>, held: Option<&Held>) -> Option<Write> {
    let Some(held) = held else { return write };
    Some(write.unwrap_or_default().and_then(held.release()))
}
