//! Reading a value from a shared store: which batches to send, and what the answers come to. Who sends them, and whether that blocks, is the caller's business.

use std::borrow::Cow;

use super::{Sealing, Space, space::MARGIN};
use crate::{
    clock::{self, Nanos},
    store::bytes::{Answer, Answers, Operation, StoreError},
};

/// A read under way.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The key of the entry; `None` if nothing is to be read, only the sequence.
    entry: Option<String>,
    sequence: String,
    /// The scopes that every value of the key depends on, and what their records said.
    scopes: Vec<(String, Option<u64>)>,
    /// Scopes that the value of the key depended on when it was seen last.
    hinted: Vec<(String, Option<u64>)>,
    bytes: Option<Vec<u8>>,
    /// The newest invalidation.
    snapshot: Option<u64>,
    /// The highest number this process knew when it asked.
    known: u64,
    /// The number of an entry that is ahead of the sequence.
    ahead: u64,
    /// Whether nothing is going to be computed, so that nothing has to be made for it.
    only_looks: bool,
    /// What is done before the entry is read, in the same batch, and what came of it.
    beside: Vec<Operation>,
    came: Option<Vec<Answer>>,
    state: State,
}

#[derive(Debug)]
enum State {
    Begun,
    /// The entry names scopes that were not asked for.
    More(Vec<String>),
    /// Records are made that were missing.
    Making,
    Ended,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Step<V> {
    Send(Vec<Operation>),
    End(Verdict<V>),
}

/// What a read comes to.
#[derive(Debug)]
pub(crate) enum Verdict<V> {
    /// A value that is valid, fresh or stale.
    Valid(Taken<V>),
    /// There is none; a computation that starts now knows every invalidation up to this one.
    Nothing { snapshot: u64 },
    /// The store did not answer: what is computed is not stored.
    Failed(StoreError),
}

/// A value from the store.
#[derive(Debug)]
pub(crate) struct Taken<V> {
    pub(crate) value: V,
    pub(crate) snapshot: u64,
    /// By this process's clock.
    pub(crate) made: Nanos,
    pub(crate) fresh_until: Nanos,
    pub(crate) keep_until: Nanos,
    /// The scopes beside those that every value of the key depends on.
    pub(crate) dependencies: Vec<(String, u64)>,
}

impl Reading {
    /// A read of an entry that depends on these scopes.
    pub(crate) fn new(space: &Space, entry: Option<String>, scopes: Vec<String>) -> Self {
        Self {
            entry,
            sequence: space.sequence(),
            scopes: scopes.into_iter().map(|scope| (scope, None)).collect(),
            hinted: Vec::new(),
            bytes: None,
            snapshot: None,
            known: space.highest(),
            ahead: 0,
            only_looks: false,
            beside: Vec::new(),
            came: None,
            state: State::Begun,
        }
    }

    /// The same, asking for these scopes at once, since the entry may depend on them, too.
    pub(crate) fn hinted(mut self, scopes: &[String]) -> Self {
        self.hinted = scopes.iter().map(|scope| (scope.clone(), None)).collect();
        self
    }

    /// The same for a caller that will not compute anything.
    pub(crate) fn only_looking(mut self) -> Self {
        self.only_looks = true;
        self
    }

    /// Begins anew, and does this before the entry is read, in the same batch.
    pub(crate) fn again_after(&mut self, beside: Vec<Operation>) {
        self.scopes.iter_mut().chain(&mut self.hinted).for_each(|(_, number)| *number = None);
        (self.bytes, self.snapshot, self.came) = (None, None, None);
        self.beside = beside;
        self.state = State::Begun;
    }

    /// What came of what was done before the entry was read; `None` if the batch failed.
    pub(crate) fn came(&mut self) -> Option<Vec<Answer>> {
        self.came.take()
    }

    /// Asks on this thread until the store has said what there is.
    pub(crate) fn ask<V>(&mut self, space: &Space, sealing: &dyn Sealing<V>) -> Verdict<V> {
        let mut batch = self.first();
        loop {
            match self.take(space, space.run(&batch), sealing) {
                Step::Send(next) => batch = next,
                Step::End(verdict) => return verdict,
            }
        }
    }

    /// The same without blocking the task.
    pub(crate) async fn ask_async<V>(&mut self, space: &Space, sealing: &dyn Sealing<V>) -> Verdict<V> {
        let mut batch = self.first();
        loop {
            match self.take(space, space.run_async(&batch).await, sealing) {
                Step::Send(next) => batch = next,
                Step::End(verdict) => return verdict,
            }
        }
    }

    /// The first batch: entry, scopes and sequence together.
    pub(super) fn first(&self) -> Vec<Operation> {
        let entry = self.entry.iter().map(|key| Operation::Get { key: key.clone() });
        let scopes = self.scopes.iter().chain(&self.hinted);
        let scopes = scopes.map(|(scope, _)| Operation::Number { key: scope.clone() });
        let sequence = Operation::Number { key: self.sequence.clone() };
        self.beside.iter().cloned().chain(entry).chain(scopes).chain([sequence]).collect()
    }

    /// Takes the answers to the last batch.
    pub(super) fn take<V>(&mut self, space: &Space, answers: Answers, sealing: &dyn Sealing<V>) -> Step<V> {
        let answers = match answers {
            Ok(answers) => answers,
            Err(error) => return Step::End(Verdict::Failed(error)),
        };
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Begun => {
                let mut answers = answers.into_iter();
                self.came = Some(answers.by_ref().take(self.beside.len()).collect());
                if self.entry.is_some() {
                    self.bytes = answers.next().and_then(value);
                }
                for (scope, number) in self.scopes.iter_mut().chain(&mut self.hinted) {
                    *number = space.sent.believe(scope, answers.next().and_then(number_of));
                }
                self.snapshot = answers.next().and_then(number_of);
                if self.snapshot.is_some_and(|sequence| sequence < self.known) {
                    self.distrust();
                }
                space.saw(self.newest().max(self.snapshot.unwrap_or(0)));
                self.judge(space, sealing, &[])
            }
            State::More(names) => {
                let numbers = answers.into_iter().map(number_of);
                let believe = |(name, number): (String, Option<u64>)| {
                    let number = space.sent.believe(&name, number);
                    (name, number)
                };
                let known: Vec<_> = names.into_iter().zip(numbers).map(believe).collect();
                self.judge(space, sealing, &known)
            }
            State::Making => {
                let mut numbers = answers.into_iter().map(number_of);
                if self.snapshot.is_none() {
                    self.snapshot = numbers.next().flatten();
                    space.saw(self.snapshot.unwrap_or(0));
                    let newest = self.newest();
                    if self.snapshot.is_none_or(|snapshot| snapshot < newest) {
                        // It does not do what it says.
                        self.snapshot = None;
                        return self.nothing();
                    }
                    return self.make_missing(space);
                }
                let scopes = self.scopes.iter_mut().chain(&mut self.hinted);
                for (_, number) in scopes.filter(|(_, number)| number.is_none()) {
                    *number = numbers.next().flatten();
                }
                self.nothing()
            }
            State::Ended => self.nothing(),
        }
    }

    /// The sequence has gone back: the store has lost invalidations that it had acknowledged, nobody knows which. The records are taken for missing, that of everything among them, so that
    /// they are made anew, above all that came before. That tells all processes.
    fn distrust(&mut self) {
        self.snapshot = None;
        self.scopes.iter_mut().chain(&mut self.hinted).for_each(|(_, number)| *number = None);
    }

    /// Whether the entry is valid, as far as these further scopes are known.
    fn judge<V>(
        &mut self,
        space: &Space,
        sealing: &dyn Sealing<V>,
        further: &[(String, Option<u64>)],
    ) -> Step<V> {
        let Some(taken) = self.open(sealing) else { return self.make_missing(space) };
        let (metadata, value) = taken;
        if self.snapshot.is_some_and(|sequence| metadata.snapshot > sequence) {
            // Of a sequence that was lost. The one there is would come to the same numbers once more.
            self.ahead = metadata.snapshot;
            return self.make_missing(space);
        }
        let find = |scope: &str| {
            self.scopes
                .iter()
                .chain(&self.hinted)
                .chain(further)
                .find(|(name, _)| name == scope)
                .map(|(_, number)| *number)
        };
        let is_known = |scope: &str, number: Option<u64>, snapshot: u64| {
            number.is_some_and(|number| number <= snapshot) && !space.unsent.holds(scope)
        };
        if !self.scopes.iter().all(|(scope, number)| is_known(scope, *number, metadata.snapshot)) {
            return self.make_missing(space);
        }
        let mut unknown = Vec::new();
        for dependency in &metadata.dependencies {
            match find(&dependency.scope) {
                Some(number) if is_known(&dependency.scope, number, dependency.snapshot) => {}
                Some(_) => return self.make_missing(space),
                None => unknown.push(dependency.scope.clone().into_owned()),
            }
        }
        if !unknown.is_empty() {
            let batch = unknown.iter().map(|key| Operation::Number { key: key.clone() }).collect();
            self.state = State::More(unknown);
            return Step::Send(batch);
        }
        let now = clock::now();
        let age = clock::wall_ms().saturating_sub(metadata.created_ms);
        let made = now.saturating_sub(nanos(age));
        let fresh_until = made.saturating_add(nanos(metadata.fresh_ms));
        let keep_until = fresh_until.saturating_add(nanos(metadata.stale_ms));
        if now >= keep_until {
            return self.make_missing(space);
        }
        let own = |scope: &Cow<'_, str>| self.scopes.iter().any(|(name, _)| name == scope);
        let dependencies = metadata.dependencies.into_iter().filter(|one| !own(&one.scope));
        let dependencies = dependencies.map(|one| (one.scope.into_owned(), one.snapshot)).collect();
        let snapshot = metadata.snapshot;
        Step::End(Verdict::Valid(Taken { value, snapshot, made, fresh_until, keep_until, dependencies }))
    }

    /// The bytes of the entry, valid or not.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_deref()
    }

    fn open<V>(&self, sealing: &dyn Sealing<V>) -> Option<(crate::codec::Metadata<'static>, V)> {
        let (key, bytes) = (self.entry.as_ref()?, self.bytes.as_ref()?);
        // Whatever it is, it is not a value of ours, and will be overwritten.
        sealing.open(key, bytes).ok()
    }

    /// Before a computation: makes the records that are missing, so that none has to be made after it.
    fn make_missing<V>(&mut self, space: &Space) -> Step<V> {
        if self.only_looks {
            return Step::End(Verdict::Nothing { snapshot: 0 });
        }
        // A record may be ahead of a sequence that was lost and begun anew.
        let newest = self.newest();
        let Some(snapshot) = self.snapshot.filter(|snapshot| *snapshot >= newest) else {
            self.snapshot = None;
            self.state = State::Making;
            // Begins it, or finds the one that somebody else has begun meanwhile.
            let to = space.first_number().max(newest);
            return Step::Send(vec![Operation::Raise { key: self.sequence.clone(), to, ttl: FOREVER }]);
        };
        let scopes = self.scopes.iter().chain(&self.hinted);
        let missing = scopes.filter(|(_, number)| number.is_none());
        let batch: Vec<_> = missing
            .map(|(key, _)| Operation::Raise { key: key.clone(), to: snapshot, ttl: MARGIN })
            .collect();
        if batch.is_empty() {
            return self.nothing();
        }
        self.state = State::Making;
        Step::Send(batch)
    }

    /// The newest invalidation of the scopes, or that the entry knows.
    fn newest(&self) -> u64 {
        let scopes = self.scopes.iter().chain(&self.hinted);
        scopes.filter_map(|(_, number)| *number).max().unwrap_or(0).max(self.ahead)
    }

    /// The newest invalidation of all, as far as the store has said.
    pub(crate) fn snapshot(&self) -> Option<u64> {
        self.snapshot
    }

    fn nothing<V>(&self) -> Step<V> {
        Step::End(match self.snapshot {
            Some(snapshot) => Verdict::Nothing { snapshot },
            None => Verdict::Failed(StoreError::refused("store")),
        })
    }
}

fn value(answer: Answer) -> Option<Vec<u8>> {
    match answer {
        Answer::Value(value) => value,
        _ => None,
    }
}

pub(super) fn number_of(answer: Answer) -> Option<u64> {
    match answer {
        Answer::Number(number) => number,
        _ => None,
    }
}

fn nanos(milliseconds: u64) -> Nanos {
    milliseconds.saturating_mul(1_000_000)
}

/// The sequence outlives everything that knows a number of it.
pub(super) const FOREVER: std::time::Duration = std::time::Duration::from_secs(10 * 365 * 24 * 60 * 60);
