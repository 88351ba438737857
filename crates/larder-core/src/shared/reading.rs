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
    /// Whether nothing is going to be computed, so that nothing has to be made for it.
    only_looks: bool,
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
enum Step<V> {
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
    /// A read of an entry that depends on these scopes, asking for others at once that it may depend on, too.
    pub(crate) fn new(space: &Space, entry: String, scopes: Vec<String>, hinted: &[String]) -> Self {
        let (own, all) = (scopes.len(), scopes.len() + hinted.len());
        let mut batch = Vec::with_capacity(all + 2);
        batch.push(Operation::Get { key: entry });
        batch.extend(scopes.into_iter().map(|key| Operation::Number { key }));
        batch.extend(hinted.iter().map(|key| Operation::Number { key: key.clone() }));
        batch.push(Operation::Number { key: space.sequence() });
        Self {
            batch,
            unread: None,
            scopes: own,
            numbers: vec![None; all],
            bytes: None,
            snapshot: None,
            only_looks: false,
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

    /// The same for a caller that will not compute anything.
    pub(crate) fn only_looking(mut self) -> Self {
        self.only_looks = true;
        self
    }

    /// Asks on this thread until the store has said what there is.
    pub(crate) fn ask<V>(&mut self, space: &Space, sealing: &dyn Sealing<V>) -> Verdict<V> {
        let mut answers = space.run(&self.batch);
        loop {
            match self.take(space, answers, sealing) {
                Step::Send(next) => answers = space.run(&next),
                Step::End(verdict) => return verdict,
            }
        }
    }

    /// The same without blocking the task.
    pub(crate) async fn ask_async<V>(&mut self, space: &Space, sealing: &dyn Sealing<V>) -> Verdict<V> {
        let mut answers = space.run_async(&self.batch).await;
        loop {
            match self.take(space, answers, sealing) {
                Step::Send(next) => answers = space.run_async(&next).await,
                Step::End(verdict) => return verdict,
            }
        }
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
        let first = usize::from(self.unread.is_none());
        self.batch[first..first + self.numbers.len()].iter().map(Operation::key)
    }

    fn sequence(&self) -> &str {
        self.batch.last().map_or("", Operation::key)
    }

    /// Takes the answers to the last batch.
    fn take<V>(&mut self, space: &Space, answers: Answers, sealing: &dyn Sealing<V>) -> Step<V> {
        let answers = match answers {
            Ok(answers) => answers,
            Err(error) => return Step::End(Verdict::Failed(error)),
        };
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Begun => {
                let mut answers = answers.into_iter();
                if self.unread.is_none() {
                    self.bytes = answers.next().and_then(value);
                }
                for number in &mut self.numbers {
                    *number = answers.next().and_then(number_of);
                }
                self.snapshot = answers.next().and_then(number_of);
                space.saw(self.newest().max(self.snapshot.unwrap_or(0)));
                self.judge(space, sealing, &[])
            }
            State::More(names) => {
                let numbers = answers.into_iter().map(number_of);
                let known: Vec<_> = names.into_iter().zip(numbers).collect();
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
                for number in self.numbers.iter_mut().filter(|number| number.is_none()) {
                    *number = numbers.next().flatten();
                }
                self.nothing()
            }
            State::Ended => self.nothing(),
        }
    }

    /// Whether the entry is valid, as far as these further scopes are known.
    fn judge<V>(
        &mut self,
        space: &Space,
        sealing: &dyn Sealing<V>,
        further: &[(String, Option<u64>)],
    ) -> Step<V> {
        let Some(bytes) = self.bytes.take() else { return self.make_missing(space) };
        // Whatever it is otherwise, it is not a value of ours, and will be overwritten.
        let Ok((metadata, value)) = sealing.open(self.entry(), &bytes) else {
            return self.make_missing(space);
        };
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
            drop(metadata);
            self.bytes = Some(bytes);
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
            return Step::Send(vec![Operation::Raise { key: self.sequence().into(), to, ttl: FOREVER }]);
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

    /// The newest invalidation of the scopes.
    fn newest(&self) -> u64 {
        self.numbers.iter().filter_map(|number| *number).max().unwrap_or(0)
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
