//! What can be asked of a store, and what it answers.

use std::time::Duration;

/// One thing to do with one key. Keys are printable text without blanks; values are bytes.
///
/// Expiries are from now on, at least one millisecond; a store rounds up to its resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// The value. Answer: [`Answer::Value`].
    Get {
        /// The key.
        key: String,
    },
    /// Stores a value in place of whatever is there. Answer: [`Answer::Done`]`(true)`.
    Put {
        /// The key.
        key: String,
        /// The value.
        value: Vec<u8>,
        /// When it expires.
        ttl: Duration,
    },
    /// Stores a value if the key has none. Answer: [`Answer::Done`], whether it did.
    PutIfAbsent {
        /// The key.
        key: String,
        /// The value.
        value: Vec<u8>,
        /// When it expires.
        ttl: Duration,
    },
    /// Removes the value. Answer: [`Answer::Done`], whether there was one.
    Remove {
        /// The key.
        key: String,
    },
    /// Removes the value if it is this one, as the holder of a lock releases it. Answer: [`Answer::Done`], whether it did.
    RemoveIf {
        /// The key.
        key: String,
        /// What has to be there.
        value: Vec<u8>,
    },
    /// The number under the key, of [`Raise`](Self::Raise) and [`Add`](Self::Add). Answer: [`Answer::Number`]. What is no number counts as missing.
    Number {
        /// The key.
        key: String,
    },
    /// Raises a number to at least this, a missing one included, and extends its expiry to at least this; neither ever shrinks. Raising to 0 only extends: a number that is
    /// missing stays so. Answer: [`Answer::Number`], what it is now.
    Raise {
        /// The key.
        key: String,
        /// What it is at least afterwards.
        to: u64,
        /// How long it lives on at least.
        ttl: Duration,
    },
    /// Adds to a number; a missing one begins at `from`. Its expiry is set to `ttl`. Answer: [`Answer::Number`], the sum. It saturates at both ends of `u64`, or of what the store
    /// can count (at least 2^53).
    Add {
        /// The key.
        key: String,
        /// What is added; negative to subtract.
        by: i64,
        /// What a missing one counts as.
        from: u64,
        /// When it expires.
        ttl: Duration,
    },
    /// How long the value lives on. Answer: [`Answer::Remaining`].
    Remaining {
        /// The key.
        key: String,
    },
}

/// What a store answers to one [`Operation`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The value; `None` if there is none, or it has expired.
    Value(Option<Vec<u8>>),
    /// Whether it was done.
    Done(bool),
    /// The number; `None` if there is none.
    Number(Option<u64>),
    /// How long it lives on; `None` if there is none.
    Remaining(Option<Duration>),
}

impl Operation {
    /// The key it is about.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Get { key }
            | Self::Put { key, .. }
            | Self::PutIfAbsent { key, .. }
            | Self::Remove { key }
            | Self::RemoveIf { key, .. }
            | Self::Number { key }
            | Self::Raise { key, .. }
            | Self::Add { key, .. }
            | Self::Remaining { key } => key,
        }
    }

    /// Whether doing it once more after an unknown outcome comes to the same.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        matches!(self, Self::Add { by: 0, .. })
            || !matches!(self, Self::PutIfAbsent { .. } | Self::Add { .. } | Self::RemoveIf { .. })
    }
}
