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
    /// The first batch, which holds every name: the entry, unless nothing is to be read; the scopes that every value of the key depends on; those that it depended on when it was
    /// seen last; the sequence.
    batch: Vec<Operation>,
    /// The key of an entry that is not to be read.
    unread: Option<String>,
    /// How many scopes every value of the key depends on.
    scopes: usize,
    /// What the records of the scopes said, also of those that may be more.
    numbers: Vec<Option<u64>>,
    bytes: Option<Vec<u8>>,
    /// The newest invalidation.
    snapshot: Option<u64>,
    /// The highest number this process knew when it asked.
    known: u64,
    /// The number of an entry that is ahead of the sequence.
    ahead: u64,
    /// Whether there is a sequence, below what it has come to before.
    is_behind: bool,
    /// Whether invalidations are lost, and everything is to be made invalid first.
    is_lost: bool,
    /// Whether nothing is going to be computed, so that nothing has to be made for it.
    only_looks: bool,
    /// Whether what is stored is read only to be replaced.
    only_replaces: bool,
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
    /// The sequence has gone back, and everything is made invalid before it goes on.
    Ending,
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

/// What a read has found in the place of an entry.
#[derive(Debug)]
pub(crate) enum Seen {
    Nothing,
    Bytes(Vec<u8>),
    /// It was not looked for.
    Unread,
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
    /// A read of an entry that depends on these scopes, asking for others at once that it may depend on, too.
    pub(crate) fn new(space: &Space, entry: String, scopes: Vec<String>, hinted: &[String]) -> Self {
        let (own, all) = (scopes.len(), scopes.len() + hinted.len());
        let mut batch = Vec::with_capacity(all + 2);
        batch.push(Operation::Get { key: entry });
        batch.extend(scopes.into_iter().map(|key| Operation::Number { key }));
        batch.extend(hinted.iter().map(|key| Operation::Number { key: key.clone() }));
        batch.push(Operation::Number { key: space.sequence() });
        // Not `vec![None; all]`, which allocators take for memory that has to be cleared, at five times the cost.
        let numbers = std::iter::repeat_n(None, all).collect();
        Self {
            batch,
            unread: None,
            scopes: own,
            numbers,
            bytes: None,
            snapshot: None,
            known: space.highest(),
            ahead: 0,
            is_behind: false,
            is_lost: false,
            only_looks: false,
            only_replaces: false,
            beside: Vec::new(),
            came: None,
            state: State::Begun,
        }
    }

    /// The same for a computation that is to run whatever is stored: the entry is not read.
    pub(crate) fn without_entry(mut self) -> Self {
        if let Operation::Get { key } = self.batch.remove(0) {
            self.unread = Some(key);
        }
        self
    }

    /// The same for a computation that is to run whatever is stored, and may only take the place of what it has seen.
    pub(crate) fn only_replacing(mut self) -> Self {
        self.only_replaces = true;
        self
    }

    /// The same for a caller that will not compute anything.
    pub(crate) fn only_looking(mut self) -> Self {
        self.only_looks = true;
        self
    }

    /// Begins anew, and does this before the entry is read, in the same batch.
    pub(crate) fn again_after(&mut self, beside: Vec<Operation>) {
        self.numbers.fill(None);
        (self.bytes, self.snapshot, self.came) = (None, None, None);
        (self.is_behind, self.is_lost) = (false, false);
        self.beside = beside;
        self.state = State::Begun;
    }

    /// What came of what was done before the entry was read; `None` if the batch failed.
    pub(crate) fn came(&mut self) -> Option<Vec<Answer>> {
        self.came.take()
    }

    /// Asks on this thread until the store has said what there is.
    pub(crate) fn ask<V>(&mut self, space: &Space, sealing: &dyn Sealing<V>) -> Verdict<V> {
        let mut answers = space.run(&self.first());
        loop {
            match self.take(space, answers, sealing) {
                Step::Send(next) => answers = space.run(&next),
                Step::End(verdict) => return verdict,
            }
        }
    }

    /// The same without blocking the task.
    pub(crate) async fn ask_async<V>(&mut self, space: &Space, sealing: &dyn Sealing<V>) -> Verdict<V> {
        let mut answers = space.run_async(&self.first()).await;
        loop {
            match self.take(space, answers, sealing) {
                Step::Send(next) => answers = space.run_async(&next).await,
                Step::End(verdict) => return verdict,
            }
        }
    }

    /// The first batch: what is done before, then entry, scopes and sequence together.
    pub(super) fn first(&self) -> Cow<'_, [Operation]> {
        if self.beside.is_empty() {
            return Cow::Borrowed(&self.batch);
        }
        Cow::Owned(self.beside.iter().chain(&self.batch).cloned().collect())
    }

    /// The key of the entry.
    pub(crate) fn entry(&self) -> &str {
        self.unread.as_deref().unwrap_or_else(|| self.batch[0].key())
    }

    /// The scopes that every value of the key depends on.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.names().take(self.scopes)
    }

    /// All scopes that are asked for: their records are made if they are missing, before anything is computed.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.batch[self.first_scope()..][..self.numbers.len()].iter().map(Operation::key)
    }

    /// Where the scopes begin in the batch.
    fn first_scope(&self) -> usize {
        usize::from(self.unread.is_none())
    }

    fn sequence(&self) -> &str {
        self.batch.last().map_or("", Operation::key)
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
                if self.unread.is_none() {
                    self.bytes = answers.next().and_then(value);
                }
                let first = self.first_scope();
                for (number, operation) in self.numbers.iter_mut().zip(&self.batch[first..]) {
                    *number = space.sent.believe(operation.key(), answers.next().and_then(number_of));
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
            State::Ending => self.make_missing(space),
            State::Making => {
                let mut numbers = answers.into_iter().map(number_of);
                if self.snapshot.is_none() {
                    let number = numbers.next().flatten();
                    return self.go_on_from(space, number);
                }
                for number in self.numbers.iter_mut().filter(|number| number.is_none()) {
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
        (self.snapshot, self.is_behind, self.is_lost) = (None, true, true);
        self.numbers.fill(None);
    }

    /// Whether the entry is valid, as far as these further scopes are known.
    fn judge<V>(
        &mut self,
        space: &Space,
        sealing: &dyn Sealing<V>,
        further: &[(String, Option<u64>)],
    ) -> Step<V> {
        let Some(bytes) = self.bytes.take() else { return self.make_missing(space) };
        let step = self.judge_bytes(space, sealing, further, &bytes);
        self.bytes = Some(bytes);
        step
    }

    fn judge_bytes<V>(
        &mut self,
        space: &Space,
        sealing: &dyn Sealing<V>,
        further: &[(String, Option<u64>)],
        bytes: &[u8],
    ) -> Step<V> {
        // Whatever it is otherwise, it is not a value of ours, and will be overwritten.
        let Ok((metadata, value)) = sealing.open(self.entry(), bytes) else {
            return self.make_missing(space);
        };
        if self.snapshot.is_some_and(|sequence| metadata.snapshot > sequence) {
            // Of a sequence that was lost. The one there is would come to the same numbers once more.
            self.ahead = metadata.snapshot;
            return self.make_missing(space);
        };
        if self.only_replaces {
            return self.make_missing(space);
        }
        let known = || self.names().zip(self.numbers.iter().copied());
        let further = || further.iter().map(|(name, number)| (name.as_str(), *number));
        let find =
            |scope: &str| known().chain(further()).find(|(name, _)| *name == scope).map(|(_, number)| number);
        let is_known = |scope: &str, number: Option<u64>, snapshot: u64| {
            number.is_some_and(|number| number <= snapshot) && !space.unsent.holds(scope)
        };
        if !known().take(self.scopes).all(|(scope, number)| is_known(scope, number, metadata.snapshot)) {
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
        let own = |scope: &Cow<'_, str>| self.scopes().any(|name| name == scope);
        let dependencies = metadata.dependencies.into_iter().filter(|one| !own(&one.scope));
        let dependencies = dependencies.map(|one| (one.scope.into_owned(), one.snapshot)).collect();
        let snapshot = metadata.snapshot;
        Step::End(Verdict::Valid(Taken { value, snapshot, made, fresh_until, keep_until, dependencies }))
    }

    /// What lay in the place of the entry, valid or not.
    pub(crate) fn take_seen(&mut self) -> Seen {
        match self.bytes.take() {
            Some(bytes) => Seen::Bytes(bytes),
            None if self.unread.is_some() => Seen::Unread,
            None => Seen::Nothing,
        }
    }

    /// Before a computation: makes the records that are missing, so that none has to be made after it.
    fn make_missing<V>(&mut self, space: &Space) -> Step<V> {
        if self.only_looks {
            return Step::End(Verdict::Nothing { snapshot: 0 });
        }
        let newest = self.newest();
        // A record may be ahead of a sequence that was lost and begun anew.
        if self.snapshot.is_some_and(|snapshot| snapshot < newest) {
            (self.snapshot, self.is_behind) = (None, true);
        }
        let Some(snapshot) = self.snapshot else {
            if std::mem::take(&mut self.is_lost) {
                // By itself, since the nodes of a cluster know no order: whoever finds the sequence above all that it knows trusts what is there.
                self.ahead = space.first_number().max(newest);
                self.state = State::Ending;
                return Step::Send(vec![space.end_all(self.ahead)]);
            }
            self.state = State::Making;
            let (key, to) = (self.sequence().to_owned(), space.first_number().max(newest));
            // Where there was none, all who begin it at the same time agree: the first of them says where.
            return Step::Send(vec![match self.is_behind {
                true => Operation::Raise { key, to, ttl: FOREVER },
                false => Operation::Add { key, by: 0, from: to, ttl: FOREVER },
            }]);
        };
        let missing = self.names().zip(&self.numbers).filter(|(_, number)| number.is_none());
        let batch: Vec<_> =
            missing.map(|(key, _)| Operation::Raise { key: key.into(), to: snapshot, ttl: MARGIN }).collect();
        if batch.is_empty() {
            return self.nothing();
        }
        self.state = State::Making;
        Step::Send(batch)
    }

    /// Takes what the sequence is now, after it was begun or raised.
    fn go_on_from<V>(&mut self, space: &Space, number: Option<u64>) -> Step<V> {
        space.saw(number.unwrap_or(0));
        let least = self.known.max(self.newest());
        self.snapshot = number.filter(|number| *number >= least);
        if self.snapshot.is_some() {
            return self.make_missing(space);
        }
        if self.is_behind {
            // It does not do what it says.
            return self.nothing();
        }
        // Somebody who knows less has begun it.
        self.distrust();
        self.make_missing(space)
    }

    /// The newest invalidation of the scopes, or that the entry knows.
    fn newest(&self) -> u64 {
        self.numbers.iter().filter_map(|number| *number).max().unwrap_or(0).max(self.ahead)
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
