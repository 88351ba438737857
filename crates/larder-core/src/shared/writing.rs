//! Writing a value to a shared store: which batches to send.
//!
//! Scopes that a value came to depend on while it was computed (tags that the function gave it) had no record made before the run, as the others had. They are looked for first, and
//! those that are missing are made at the newest number there is *now*: if anything was invalidated since the computation began, it may have been one of them, and the entry is
//! written invalid. From then on this process knows the names, and asks for them before it runs the function.
//!
//! What was stored by others since the entry was read is not removed, and where values are inserted under the keys ([`crate::entry`]), not overwritten either: it may be newer, and what is
//! written late may be invalid by then.

use super::{Seen, reading::number_of, space::MARGIN};
use crate::store::bytes::{Answers, Operation, StoreError};

/// A value on its way into the store.
#[derive(Debug, Default)]
pub(crate) struct Write {
    batch: Vec<Operation>,
    sequence: String,
    /// Scopes that may have no record.
    unknown: Vec<String>,
}

impl Write {
    /// This batch, once the records of these scopes are there.
    pub(crate) fn new(batch: Vec<Operation>, sequence: String, unknown: Vec<String>) -> Self {
        Self { batch, sequence, unknown }
    }

    /// The removal of what was seen in the place of an entry; `None` if that was nothing.
    pub(crate) fn removal(key: &str, seen: &Seen) -> Option<Self> {
        let batch = vec![removal(key, seen)?];
        Some(Self { batch, sequence: String::new(), unknown: Vec::new() })
    }

    /// The same, but it takes the place of nothing but what was seen there.
    pub(crate) fn in_place_of(mut self, seen: &Seen, key: &str) -> Self {
        self.batch = in_place_of(seen, key, self.batch);
        self
    }

    /// And these afterwards, in the same batch.
    pub(crate) fn and_then(mut self, operations: impl IntoIterator<Item = Operation>) -> Self {
        self.batch.extend(operations);
        self
    }

    /// What to ask first, if anything.
    pub(crate) fn first(&self) -> Option<Vec<Operation>> {
        if self.unknown.is_empty() {
            return None;
        }
        let newest = Operation::Number { key: self.sequence.clone() };
        let looks = self.unknown.iter().map(|key| Operation::Raise { key: key.clone(), to: 0, ttl: MARGIN });
        Some([newest].into_iter().chain(looks).collect())
    }

    /// The batch that writes, after the answers to the first one.
    ///
    /// # Errors
    ///
    /// When the store did not answer, or has lost its sequence since the computation began: then nothing is written.
    pub(crate) fn last(self, answers: Option<Answers>) -> Result<Vec<Operation>, StoreError> {
        let Some(answers) = answers else { return Ok(self.batch) };
        let mut numbers = answers?.into_iter().map(number_of);
        let newest = numbers.next().flatten().ok_or_else(|| StoreError::refused("store"))?;
        let missing = self.unknown.into_iter().zip(numbers).filter(|(_, number)| number.is_none());
        let made = missing.map(|(key, _)| Operation::Raise { key, to: newest, ttl: MARGIN });
        Ok(made.chain(self.batch).collect())
    }
}

/// A batch that writes an entry, so that it takes the place of nothing but what was seen there.
pub(super) fn in_place_of(seen: &Seen, key: &str, batch: Vec<Operation>) -> Vec<Operation> {
    let put_if_absent = |operation| match operation {
        Operation::Put { key, value, ttl } => Operation::PutIfAbsent { key, value, ttl },
        other => other,
    };
    removal(key, seen).into_iter().chain(batch.into_iter().map(put_if_absent)).collect()
}

fn removal(key: &str, seen: &Seen) -> Option<Operation> {
    let key = key.to_owned();
    match seen {
        Seen::Nothing => None,
        Seen::Bytes(bytes) => Some(Operation::RemoveIf { key, value: bytes.clone() }),
        Seen::Unread => Some(Operation::Remove { key }),
    }
}
