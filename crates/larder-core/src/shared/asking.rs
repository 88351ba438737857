//! Sending invalidations to a shared store, and keeping those that could not be sent.

use std::collections::BTreeMap;

use super::{
    Space,
    reading::{FOREVER, number_of},
    space::MARGIN,
};
use crate::{
    background::{self, Job},
    clock::{self, NEVER, Nanos},
    maintenance::{self, Tended},
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
    /// From now on, nothing is valid that depends on one of these scopes and was computed before. Blocks for two batches. Says whether `entry`, which goes with it, was there.
    ///
    /// # Errors
    ///
    /// When the store does not answer. Then the invalidation is sent as soon as it does, and this process keeps to it meanwhile.
    pub(crate) fn invalidate(&self, names: &[String], entry: Option<&str>) -> Result<bool, StoreError> {
        let result = self.run(&self.next(entry)).and_then(number).and_then(|(number, went)| {
            self.saw(number);
            self.run(&marks(names, number))?;
            self.tell(names)?;
            Ok(went)
        });
        self.settle(names, result)
    }

    /// The same without blocking the task.
    ///
    /// # Errors
    ///
    /// As [`invalidate`](Self::invalidate).
    pub(crate) async fn invalidate_async(
        &self,
        names: &[String],
        entry: Option<&str>,
    ) -> Result<bool, StoreError> {
        let result = match self.run_async(&self.next(entry)).await.and_then(number) {
            Ok((number, went)) => {
                self.saw(number);
                match self.run_async(&marks(names, number)).await {
                    Ok(_) => self.tell_async(names).await.map(|()| went),
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        };
        self.settle(names, result)
    }

    /// Takes the next number of the sequence.
    fn next(&self, entry: Option<&str>) -> Vec<Operation> {
        let next = Operation::Add { key: self.sequence(), by: 1, from: self.first_number(), ttl: FOREVER };
        let removal = entry.map(|key| Operation::Remove { key: key.into() });
        [next].into_iter().chain(removal).collect()
    }

    fn settle<T>(&self, names: &[String], result: Result<T, StoreError>) -> Result<T, StoreError> {
        if result.is_err() {
            self.forget(names);
        }
        if result.is_err() && self.unsent.keep(names, || self.all()) {
            maintenance::tend_at(clock::now().saturating_add(RETRY), self.this.clone());
        }
        result
    }

    /// Sends what could not be sent, on this thread. Says whether anything is left.
    fn resend(&self) -> bool {
        let (names, attempts) = self.unsent.take();
        let number = self.run(&self.next(None)).and_then(number);
        let result =
            number.and_then(|(number, _)| self.run(&marks(&names, number)).and_then(|_| self.tell(&names)));
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

/// The newest number, of the answers to [`Space::next`], and whether an entry went.
fn number(answers: Vec<Answer>) -> Result<(u64, bool), StoreError> {
    let went = answers.get(1) == Some(&Answer::Done(true));
    let number = answers.into_iter().next().and_then(number_of);
    number.map(|number| (number, went)).ok_or_else(|| StoreError::refused("store"))
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
