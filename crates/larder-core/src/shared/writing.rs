//! Writing a value to a shared store: which batches to send.
//!
//! Scopes that a value came to depend on while it was computed (tags that the function gave it) had no record made before the run, as the others had. They are looked for first, and
//! those that are missing are made at the newest number there is *now*: if anything was invalidated since the computation began, it may have been one of them, and the entry is
//! written invalid. From then on this process knows the names, and asks for them before it runs the function.

use super::{reading::number_of, space::MARGIN};
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

    /// The removal of an entry.
    pub(crate) fn removal(key: String) -> Self {
        Self { batch: vec![Operation::Remove { key }], sequence: String::new(), unknown: Vec::new() }
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
