//! The reference store: a map behind a mutex.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    clock::{self, Nanos},
    store::bytes::{Answer, Answers, BoxFuture, Capabilities, Operation, Store, StoreError},
    sync::plain::{Mutex, lock},
};

/// A store of bytes in this process: for tests, and as the plainest thing that [`store_suite!`](crate::store_suite) accepts.
///
/// Its expiries follow larder's clock, so that [`Isolated::advance`](super::Isolated::advance) moves them. It has no bound, and expired values leave when they
/// are asked for.
///
/// # Cost
///
/// One lock for a batch, and for each operation a search in an ordered map. It is not meant to be fast.
#[derive(Debug, Default)]
pub struct MemoryStore {
    kept: Mutex<BTreeMap<String, Kept>>,
}

#[derive(Debug)]
struct Kept {
    /// A number is its decimal digits.
    bytes: Vec<u8>,
    expires: Nanos,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers at once: nothing here waits for anything but the lock.
    fn answer(&self, batch: &[Operation]) -> Vec<Answer> {
        let mut kept = lock(&self.kept);
        let now = clock::now();
        batch.iter().map(|operation| apply(&mut kept, now, operation)).collect()
    }

    fn remove_all(&self, prefix: &str) -> u64 {
        let mut kept = lock(&self.kept);
        let now = clock::now();
        let mut removed = 0;
        kept.retain(|key, value| {
            let goes = key.starts_with(prefix);
            removed += u64::from(goes && value.lives(now));
            !goes
        });
        removed
    }
}

impl Store for MemoryStore {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().pipelines().lists()
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        Ok(self.answer(batch))
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async move { Ok(self.answer(batch)) })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        Ok(self.remove_all(prefix))
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move { Ok(self.remove_all(prefix)) })
    }
}

impl Kept {
    fn new(bytes: Vec<u8>, expires: Nanos) -> Self {
        Self { bytes, expires }
    }

    fn of_number(number: u64, expires: Nanos) -> Self {
        Self::new(number.to_string().into_bytes(), expires)
    }

    fn lives(&self, now: Nanos) -> bool {
        now < self.expires
    }

    fn number(&self) -> Option<u64> {
        // `parse` takes a sign, which no number of ours has
        self.bytes.first().filter(|first| first.is_ascii_digit())?;
        std::str::from_utf8(&self.bytes).ok()?.parse().ok()
    }
}

fn apply(kept: &mut BTreeMap<String, Kept>, now: Nanos, operation: &Operation) -> Answer {
    let key = operation.key();
    if kept.get(key).is_some_and(|old| !old.lives(now)) {
        kept.remove(key);
    }
    let old = kept.get(key);
    let number = old.and_then(Kept::number);
    let expires = |ttl: &Duration| now.saturating_add(clock::nanos(*ttl));
    let (new, answer) = match operation {
        Operation::Get { .. } => return Answer::Value(old.map(|old| old.bytes.clone())),
        Operation::Number { .. } => return Answer::Number(number),
        Operation::Remaining { .. } => {
            return Answer::Remaining(old.map(|old| Duration::from_nanos(old.expires - now)));
        }
        Operation::Remove { .. } => return Answer::Done(kept.remove(key).is_some()),
        Operation::RemoveIf { value, .. } => {
            let is_it = old.is_some_and(|old| old.bytes == *value);
            return Answer::Done(is_it && kept.remove(key).is_some());
        }
        Operation::PutIfAbsent { .. } if old.is_some() => return Answer::Done(false),
        Operation::Put { value, ttl, .. } | Operation::PutIfAbsent { value, ttl, .. } => {
            (Kept::new(value.clone(), expires(ttl)), Answer::Done(true))
        }
        Operation::Raise { to: 0, .. } if number.is_none() => return Answer::Number(None),
        Operation::Raise { to, ttl, .. } => {
            let raised = number.map_or(*to, |number| number.max(*to));
            let lasts = number.and(old).map_or(0, |old| old.expires).max(expires(ttl));
            (Kept::of_number(raised, lasts), Answer::Number(Some(raised)))
        }
        Operation::Add { by, from, ttl, .. } => {
            let sum = number.unwrap_or(*from).saturating_add_signed(*by);
            (Kept::of_number(sum, expires(ttl)), Answer::Number(Some(sum)))
        }
    };
    kept.insert(key.to_owned(), new);
    answer
}
