//! Sending invalidations to a shared store, and keeping those that could not be sent.

use std::collections::BTreeMap;

use super::{
    Space,
    reading::{FOREVER, first_number, number_of},
    space::{LONGEST, MARGIN},
};
use crate::{
    background::{self, Job},
    clock::{self, NEVER, Nanos},
    maintenance::{self, Tended},
    store::bytes::{Operation, StoreError},
    sync::plain::{Mutex, lock},
};

/// Names of scopes whose invalidation has not reached the store. Until it has, this process takes nothing for valid that depends on them.
#[derive(Debug, Default)]
pub(crate) struct Unsent(Mutex<Names>);

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
        lock(&self.0).by_name.contains_key(name)
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        lock(&self.0).by_name.len()
    }

    /// Keeps these names; of more than there is room for, `all` stands for all of them. Says whether nobody is going to try again yet.
    fn keep(&self, names: &[String], all: impl FnOnce() -> String) -> bool {
        let mut waiting = lock(&self.0);
        waiting.attempts += 1;
        let attempt = waiting.attempts;
        waiting.by_name.extend(names.iter().map(|name| (name.clone(), attempt)));
        if waiting.by_name.len() > MOST {
            waiting.by_name = BTreeMap::from([(all(), attempt)]);
        }
        !std::mem::replace(&mut waiting.is_awaited, true)
    }

    /// All of them, as of now.
    fn take(&self) -> (Vec<String>, u64) {
        let waiting = lock(&self.0);
        (waiting.by_name.keys().cloned().collect(), waiting.attempts)
    }

    /// What was taken has been sent, but for what failed again since. Says whether anything is left.
    fn sent(&self, attempts: u64) -> bool {
        let mut waiting = lock(&self.0);
        waiting.by_name.retain(|_, attempt| *attempt > attempts);
        waiting.is_awaited = !waiting.by_name.is_empty();
        waiting.is_awaited
    }
}

impl Space {
    /// From now on, nothing is valid that depends on one of these scopes and was computed before. Blocks for two batches.
    ///
    /// # Errors
    ///
    /// When the store does not answer. Then the invalidation is sent as soon as it does, and this process keeps to it meanwhile.
    pub(crate) fn invalidate(&self, names: &[String]) -> Result<(), StoreError> {
        let result = self.run(&[self.next()]).map(number).and_then(|number| self.run(&marks(names, number)));
        self.settle(names, result.map(drop))
    }

    /// The same without blocking the task.
    ///
    /// # Errors
    ///
    /// As [`invalidate`](Self::invalidate).
    pub(crate) async fn invalidate_async(&self, names: &[String]) -> Result<(), StoreError> {
        let result = match self.run_async(&[self.next()]).await.map(number) {
            Ok(number) => self.run_async(&marks(names, number)).await.map(drop),
            Err(error) => Err(error),
        };
        self.settle(names, result)
    }

    /// Takes the next number of the sequence.
    fn next(&self) -> Operation {
        Operation::Add { key: self.sequence(), by: 1, from: first_number(), ttl: FOREVER }
    }

    fn settle(&self, names: &[String], result: Result<(), StoreError>) -> Result<(), StoreError> {
        if result.is_err() && self.unsent.keep(names, || self.all()) {
            maintenance::tend_at(clock::now().saturating_add(RETRY), self.this.clone());
        }
        result
    }

    /// Sends what could not be sent, on this thread. Says whether anything is left.
    fn resend(&self) -> bool {
        let (names, attempts) = self.unsent.take();
        let result = self.run(&[self.next()]).map(number).and_then(|number| self.run(&marks(&names, number)));
        result.is_err() || self.unsent.sent(attempts)
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

/// The newest number, of the answer to [`Space::next`]; what is no number marks nothing, and the store has refused.
fn number(answers: Vec<crate::store::bytes::Answer>) -> u64 {
    answers.into_iter().next().and_then(number_of).unwrap_or(0)
}

/// Writes a number on scopes. The records outlive every entry there may be.
fn marks(names: &[String], number: u64) -> Vec<Operation> {
    let ttl = LONGEST.saturating_add(MARGIN);
    names.iter().map(|key| Operation::Raise { key: key.clone(), to: number, ttl }).collect()
}

/// So many names are kept one by one.
const MOST: usize = 10_000;

/// Between two attempts to send: 100 ms.
const RETRY: Nanos = 100_000_000;
