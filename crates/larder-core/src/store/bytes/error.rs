//! Why a store did not answer.

use std::{error::Error as StdError, fmt, sync::Arc};

/// An error of a store. It never carries a password: a store redacts what it reports.
#[derive(Clone, Debug)]
pub struct StoreError {
    store: &'static str,
    kind: Kind,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unavailable,
    TimedOut,
    Refused,
    TooLarge,
    Unsupported,
}

impl StoreError {
    /// The store cannot be reached, or is known to be gone and was not asked.
    #[must_use]
    pub fn unavailable(store: &'static str) -> Self {
        Self::new(store, Kind::Unavailable)
    }

    /// It did not answer in time; what was asked may have been done or not.
    #[must_use]
    pub fn timed_out(store: &'static str) -> Self {
        Self::new(store, Kind::TimedOut)
    }

    /// It answered that it will not: wrong password, read-only replica, out of memory.
    #[must_use]
    pub fn refused(store: &'static str) -> Self {
        Self::new(store, Kind::Refused)
    }

    /// The value is larger than it takes.
    #[must_use]
    pub fn too_large(store: &'static str) -> Self {
        Self::new(store, Kind::TooLarge)
    }

    /// It cannot do that at all.
    #[must_use]
    pub fn unsupported(store: &'static str) -> Self {
        Self::new(store, Kind::Unsupported)
    }

    /// With the error behind it, whose text must hold no password.
    #[must_use]
    pub fn with(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    fn new(store: &'static str, kind: Kind) -> Self {
        Self { store, kind, source: None }
    }

    /// The name of the store.
    #[must_use]
    pub fn store(&self) -> &'static str {
        self.store
    }

    /// Whether it could not be reached.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.kind == Kind::Unavailable
    }

    /// Whether it did not answer in time.
    #[must_use]
    pub fn is_timed_out(&self) -> bool {
        self.kind == Kind::TimedOut
    }

    /// Whether it will not do what was asked.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.kind == Kind::Refused
    }

    /// Whether the value was too large.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.kind == Kind::TooLarge
    }

    /// Whether it cannot do that at all.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.kind == Kind::Unsupported
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let store = self.store;
        match self.kind {
            Kind::Unavailable => write!(out, "the store `{store}` cannot be reached")?,
            Kind::TimedOut => write!(out, "the store `{store}` did not answer in time")?,
            Kind::Refused => write!(out, "the store `{store}` refused")?,
            Kind::TooLarge => write!(out, "the value is larger than the store `{store}` takes")?,
            Kind::Unsupported => write!(out, "the store `{store}` cannot do that")?,
        }
        match &self.source {
            Some(source) => write!(out, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
