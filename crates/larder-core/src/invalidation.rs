//! An invalidation on its way: to the shared stores that know of it, then to this process.
//!
//! In that order: what this process forgets first could be read from the store once more, as long as the store does not know.

use std::pin::pin;

use crate::{
    error::Error,
    park,
    shared::{Space, Way},
};

/// What is to become invalid.
pub(crate) struct Invalidation {
    /// The scopes, in each of the stores, and entries that may go.
    records: Vec<Records>,
    /// What this process does.
    local: Box<dyn FnOnce() + Send>,
}

struct Records {
    space: &'static Space,
    scopes: Vec<String>,
    entries: Vec<String>,
}

impl Invalidation {
    /// In this process.
    pub(crate) fn new(local: impl FnOnce() + Send + 'static) -> Self {
        Self { records: Vec::new(), local: Box::new(local) }
    }

    /// And of these scopes in a shared store.
    pub(crate) fn of_records(mut self, space: &'static Space, scopes: Vec<String>) -> Self {
        if !scopes.is_empty() {
            self.records.push(Records { space, scopes, entries: Vec::new() });
        }
        self
    }

    /// And of one key there, whose entry goes.
    pub(crate) fn of_entry(self, space: &'static Space, scope: String, entry: String) -> Self {
        self.of_entries(space, vec![scope], vec![entry])
    }

    /// And of several keys there.
    pub(crate) fn of_entries(
        mut self,
        space: &'static Space,
        scopes: Vec<String>,
        entries: Vec<String>,
    ) -> Self {
        if !scopes.is_empty() {
            self.records.push(Records { space, scopes, entries });
        }
        self
    }

    /// Has it take effect. Blocks while shared stores are asked. Says how many of the entries were there.
    ///
    /// # Errors
    ///
    /// When a store does not answer: then it is kept, and sent as soon as the store does. In this process, and in all other stores, it has taken effect.
    pub(crate) fn take_effect(self) -> Result<usize, Error> {
        if self.records.is_empty() {
            (self.local)();
            return Ok(0);
        }
        park::block_on(pin!(self.send(Way::Blocking)))
    }

    /// The same without blocking the task.
    ///
    /// # Errors
    ///
    /// As [`take_effect`](Self::take_effect).
    pub(crate) async fn take_effect_async(self) -> Result<usize, Error> {
        self.send(Way::Async).await
    }

    async fn send(self, way: Way) -> Result<usize, Error> {
        let (mut went, mut failures) = (0, Vec::new());
        // All of them, whichever fails.
        for Records { space, scopes, entries } in &self.records {
            match space.invalidate(scopes, entries, way).await {
                Ok(some) => went += some,
                Err(error) => failures.push((space.cache.name, error)),
            }
        }
        (self.local)();
        Error::not_told(failures).map_or(Ok(went), Err)
    }
}
