//! The store that could not be had: it fails, and says why.

use super::{Answers, BoxFuture, Operation, Store, StoreError};

/// Stands where a store was asked for that cannot be made, because its configuration is wrong. Every operation fails with the reason; functions run as without a cache.
#[derive(Clone, Debug)]
pub struct Absent {
    name: &'static str,
    reason: String,
}

impl Absent {
    /// In place of a store of this name, for this reason, which is said on standard error once, now. It must hold no password.
    #[must_use]
    pub fn new(name: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        eprintln!("larder: {reason}; functions with this store run uncached");
        Self { name, reason }
    }

    fn error(&self) -> StoreError {
        StoreError::refused(self.name).with(self.reason.as_str())
    }
}

impl Store for Absent {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&self, _batch: &[Operation]) -> Answers {
        Err(self.error())
    }

    fn run_async<'a>(&'a self, _batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async { Err(self.error()) })
    }

    fn clear(&self, _prefix: &str) -> Result<u64, StoreError> {
        Err(self.error())
    }

    fn clear_async<'a>(&'a self, _prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async { Err(self.error()) })
    }
}
