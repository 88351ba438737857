//! Sending invalidations to a shared store, and keeping those that could not be sent.

use std::{borrow::Cow, collections::BTreeMap, pin::pin};

use super::{
    Space, Way,
    reading::{FOREVER, number_of},
    space::MARGIN,
};
use crate::{
    background::{self, Job},
    clock::{self, NEVER, Nanos},
    maintenance::{self, Tended},
    park,
    store::bytes::{Answer, Operation, StoreError},
    sync::plain::{AtomicUsize, Mutex, Ordering, lock},
};

/// Names of scopes whose invalidation has not reached the store. Until it has, this process takes nothing for valid that depends on them.
#[derive(Debug, Default)]
pub(crate) struct Unsent {
    names: Mutex<Names>,
    /// How many there are, so that asking takes no lock where there are none, as there mostly are.
    len: AtomicUsize,
}

#[derive(Debug, Default)]
struct Names {
    /// With the number of the newest attempt, so that one that fails meanwhile is not taken for sent.
    by_name: BTreeMap<String, u64>,
    attempts: u64,
    /// Whether somebody will try again.
    is_awaited: bool,
}

impl Unsent {
    /// Whether an invalidation of this scope waits.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.len.load(Ordering::SeqCst) > 0 && lock(&self.names).by_name.contains_key(name)
    }

    /// Keeps these names; of more than there is room for, `all` stands for all of them. Says whether nobody is going to try again yet.
    fn keep(&self, names: &[String], all: impl FnOnce() -> String) -> bool {
        let mut waiting = lock(&self.names);
        waiting.attempts += 1;
        let attempt = waiting.attempts;
        waiting.by_name.extend(names.iter().map(|name| (name.clone(), attempt)));
        if waiting.by_name.len() > MOST {
            waiting.by_name = BTreeMap::from([(all(), attempt)]);
        }
        self.len.store(waiting.by_name.len(), Ordering::SeqCst);
        !std::mem::replace(&mut waiting.is_awaited, true)
    }

    /// How many attempts have failed so far.
    pub(super) fn attempts(&self) -> u64 {
        if self.len.load(Ordering::SeqCst) == 0 { 0 } else { lock(&self.names).attempts }
    }

    /// These have been invalidated since by other means: what failed before this many attempts need not be sent for them any more.
    pub(super) fn settled(&self, names: &[String], attempts: u64) {
        if attempts == 0 {
            return;
        }
        let mut waiting = lock(&self.names);
        for name in names {
            if waiting.by_name.get(name).is_some_and(|attempt| *attempt <= attempts) {
                waiting.by_name.remove(name);
            }
        }
        self.len.store(waiting.by_name.len(), Ordering::SeqCst);
    }

    /// All of them, as of now.
    fn take(&self) -> (Vec<String>, u64) {
        let waiting = lock(&self.names);
        (waiting.by_name.keys().cloned().collect(), waiting.attempts)
    }

    /// What was taken has been sent, but for what failed again since. Says whether anything is left.
    fn sent(&self, attempts: u64) -> bool {
        let mut waiting = lock(&self.names);
        waiting.by_name.retain(|_, attempt| *attempt > attempts);
        self.len.store(waiting.by_name.len(), Ordering::SeqCst);
        waiting.is_awaited = !waiting.by_name.is_empty();
        waiting.is_awaited
    }
}

impl Space {
    /// From now on, nothing is valid that depends on one of these scopes and was computed before. Two batches and a message. Says how many of `entries`, which go with it, were there.
    ///
    /// # Errors
    ///
    /// When the store does not answer. Then the invalidation is sent as soon as it does, and this process keeps to it meanwhile.
    pub(crate) async fn invalidate(
        &self,
        names: &[String],
        entries: &[String],
        way: Way,
    ) -> Result<usize, StoreError> {
        let result = self.try_invalidate(names, entries, way).await;
        self.settle(names, result)
    }

    async fn try_invalidate(
        &self,
        names: &[String],
        entries: &[String],
        way: Way,
    ) -> Result<usize, StoreError> {
        let known = self.highest();
        let (number, went) = self.ask(&self.next(entries), way).await.and_then(number)?;
        let goes_on = number > known;
        let names = self.whose(names, goes_on);
        let told = self.mark(&names, known, number, way).await;
        if told.is_err() && !goes_on {
            // After the next number nobody would notice.
            self.keep(&[self.all()]);
        }
        told.map(|()| went)
    }

    async fn mark(&self, names: &[String], known: u64, number: u64, way: Way) -> Result<(), StoreError> {
        let number = self.above(known, number, way).await?;
        self.ask(&marks(names, number), way).await?;
        self.sent.note(names, number);
        self.tell(names, way).await
    }

    /// A number of the sequence above the highest one known: this one, unless the sequence has gone back.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub(super) async fn above(&self, known: u64, number: u64, way: Way) -> Result<u64, StoreError> {
        self.saw(known);
        if number > known {
            self.saw(number);
            return Ok(number);
        }
        let first = self.first_number();
        // The record of everything comes first, by itself, since the nodes of a cluster know no order: whoever finds the sequence above all that it knows trusts what is there.
        self.ask(&[self.end_all(first)], way).await?;
        let number =
            self.ask(&self.next_anew(first), way).await.and_then(|answers| number_anew(answers, first))?;
        self.saw(number);
        Ok(number)
    }

    /// Makes everything invalid that is older than this number.
    pub(super) fn end_all(&self, number: u64) -> Operation {
        Operation::Raise { key: self.all(), to: number, ttl: MARGIN }
    }

    /// What to invalidate: these, and everything if the sequence has gone back, since the store has lost invalidations that it had acknowledged, nobody knows which.
    fn whose<'a>(&self, names: &'a [String], goes_on: bool) -> Cow<'a, [String]> {
        if goes_on { names.into() } else { names.iter().cloned().chain([self.all()]).collect() }
    }

    /// Takes the next number of a sequence that has gone back, above this one.
    fn next_anew(&self, first: u64) -> Vec<Operation> {
        let raise = Operation::Raise { key: self.sequence(), to: first, ttl: FOREVER };
        [raise].into_iter().chain(self.next(&[])).collect()
    }

    /// Takes the next number of the sequence.
    pub(super) fn next(&self, entries: &[String]) -> Vec<Operation> {
        let next = Operation::Add { key: self.sequence(), by: 1, from: self.first_number(), ttl: FOREVER };
        let removals = entries.iter().map(|key| Operation::Remove { key: key.clone() });
        [next].into_iter().chain(removals).collect()
    }

    fn settle<T>(&self, names: &[String], result: Result<T, StoreError>) -> Result<T, StoreError> {
        if result.is_err() {
            self.keep(names);
        }
        result
    }

    /// These could not be invalidated: it is sent as soon as the store answers, and this process keeps to it meanwhile.
    pub(super) fn keep(&self, names: &[String]) {
        self.forget(names);
        if self.unsent.keep(names, || self.all()) {
            maintenance::tend_at(clock::now().saturating_add(RETRY), self.this.clone());
        }
    }

    /// Sends what could not be sent, on this thread. Says whether anything is left.
    fn resend(&self) -> bool {
        let (names, attempts) = self.unsent.take();
        if names.is_empty() {
            return self.unsent.sent(attempts);
        }
        let sending = pin!(self.try_invalidate(&names, &[], Way::Blocking));
        park::block_on(sending).is_err() || self.unsent.sent(attempts)
    }
}

/// The maintenance only says that it is time: asking a store takes too long for it.
impl Tended for Space {
    fn tend(&self, _now: Nanos) -> Nanos {
        let this = self.this.clone();
        background::spawn(Job::Sync(Box::new(move || {
            if let Some(space) = this.upgrade()
                && space.resend()
            {
                maintenance::tend_at(clock::now().saturating_add(RETRY), space.this.clone());
            }
        })));
        NEVER
    }
}

/// The newest number, of the answers to [`Space::next`], and how many entries went.
fn number(answers: Vec<Answer>) -> Result<(u64, usize), StoreError> {
    let went = answers.iter().skip(1).filter(|answer| **answer == Answer::Done(true)).count();
    let number = answers.into_iter().next().and_then(number_of);
    number.map(|number| (number, went)).ok_or_else(|| StoreError::refused("store"))
}

/// The number, of the answers to [`Space::next_anew`].
fn number_anew(answers: Vec<Answer>, known: u64) -> Result<u64, StoreError> {
    let number = answers.into_iter().nth(1).and_then(number_of);
    number.filter(|number| *number > known).ok_or_else(|| StoreError::refused("store"))
}

/// Writes a number on scopes.
fn marks(names: &[String], number: u64) -> Vec<Operation> {
    let ttl = MARGIN;
    names.iter().map(|key| Operation::Raise { key: key.clone(), to: number, ttl }).collect()
}

/// So many names are kept one by one.
const MOST: usize = 10_000;

/// Between two attempts to send: 100 ms.
const RETRY: Nanos = 100_000_000;
