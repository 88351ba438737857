//! Numbers: counted under a key, by every process that shares the store.
//!
//! They are apart from the values of the same keys. Nothing computes them and nothing evicts them, so that no count is lost; what ends them is their time.

use std::collections::HashMap;

use foldhash::quality::RandomState;

use super::{Entries, key::EntryKey};
use crate::{
    clock::{self, NEVER, Nanos},
    error::Error,
    shared::{LONGEST, Way},
    store::bytes::{Answer, Operation},
    sync::plain::{Mutex, lock},
};

/// The numbers of a cache in memory.
#[derive(Debug, Default)]
pub(crate) struct Numbers(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    by_key: HashMap<String, Number, RandomState>,
    /// When there are this many, those whose time is over are looked for.
    crowded: usize,
}

#[derive(Clone, Copy, Debug)]
struct Number {
    is: u64,
    until: Nanos,
}

/// By how much a number changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Up(u64),
    Down(u64),
}

impl Entries {
    /// Changes a number, and gives what it is then. It lives for `ttl` from now on.
    pub(super) async fn count(
        &self,
        key: &EntryKey,
        change: Change,
        ttl: Option<std::time::Duration>,
        way: Way,
    ) -> Result<u64, Error> {
        let Some(space) = self.space else {
            return Ok(self.numbers.count(key, change, ttl.map(clock::nanos)));
        };
        let (name, ttl) = (space.number(key.as_str()), ttl.unwrap_or(LONGEST));
        let add = |by| Operation::Add { key: name.clone(), by, from: 0, ttl };
        let batch: Vec<_> = change.steps().into_iter().map(add).collect();
        let answers = space.ask(&batch, way).await.map_err(Error::store)?;
        Ok(last_number(answers).unwrap_or(0))
    }

    /// What a number is; `None` if it was not counted yet, or its time is over.
    pub(super) async fn number(&self, key: &EntryKey, way: Way) -> Result<Option<u64>, Error> {
        let Some(space) = self.space else { return Ok(self.numbers.get(key)) };
        let look = Operation::Number { key: space.number(key.as_str()) };
        Ok(last_number(space.ask(&[look], way).await.map_err(Error::store)?))
    }

    /// Ends a number; says whether there was one.
    pub(super) async fn remove_number(&self, key: &EntryKey, way: Way) -> Result<bool, Error> {
        let Some(space) = self.space else { return Ok(self.numbers.remove(key)) };
        let removal = Operation::Remove { key: space.number(key.as_str()) };
        let answers = space.ask(&[removal], way).await.map_err(Error::store)?;
        Ok(answers.last() == Some(&Answer::Done(true)))
    }
}

impl Numbers {
    fn count(&self, key: &EntryKey, change: Change, ttl: Option<Nanos>) -> u64 {
        let mut counted = lock(&self.0);
        let now = clock::now();
        let until = ttl.map_or(NEVER, |ttl| now.saturating_add(ttl));
        if let Some(number) = counted.by_key.get_mut(key.as_str()) {
            let was = if now < number.until { number.is } else { 0 };
            *number = Number { is: change.of(was), until };
            return number.is;
        }
        if counted.by_key.len() >= counted.crowded {
            counted.by_key.retain(|_, number| now < number.until);
            counted.crowded = counted.by_key.len().saturating_mul(2).max(LEAST_CROWD);
        }
        let is = change.of(0);
        counted.by_key.insert(key.as_str().to_owned(), Number { is, until });
        is
    }

    fn get(&self, key: &EntryKey) -> Option<u64> {
        let now = clock::now();
        lock(&self.0).by_key.get(key.as_str()).filter(|number| now < number.until).map(|number| number.is)
    }

    fn remove(&self, key: &EntryKey) -> bool {
        let now = clock::now();
        lock(&self.0).by_key.remove(key.as_str()).is_some_and(|number| now < number.until)
    }

    pub(crate) fn clear(&self) {
        *lock(&self.0) = Counted::default();
    }
}

impl Change {
    fn of(self, was: u64) -> u64 {
        match self {
            Self::Up(by) => was.saturating_add(by),
            Self::Down(by) => was.saturating_sub(by),
        }
    }

    /// What is to be added, in steps that a store can take: at least one.
    fn steps(self) -> Vec<i64> {
        let (by, sign) = match self {
            Self::Up(by) => (by, 1),
            Self::Down(by) => (by, -1),
        };
        let mut steps = Vec::new();
        let mut left = by;
        while left > 0 || steps.is_empty() {
            let step = i64::try_from(left).unwrap_or(i64::MAX);
            steps.push(step * sign);
            left -= step.unsigned_abs();
        }
        steps
    }
}

fn last_number(answers: Vec<Answer>) -> Option<u64> {
    match answers.into_iter().next_back() {
        Some(Answer::Number(number)) => number,
        _ => None,
    }
}

/// Before there are so many numbers, nothing is looked for.
const LEAST_CROWD: usize = 64;
