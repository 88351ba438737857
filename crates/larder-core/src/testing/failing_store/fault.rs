//! What can go wrong, and for whom.

use std::{fmt, sync::Arc};

use crate::store::bytes::{Answer, Operation, StoreError};

/// What a batch meets at a [`FailingStore`](super::FailingStore).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The store cannot be reached: nothing is done, [`StoreError::is_unavailable`].
    Unavailable,
    /// The request is lost: nothing is done, [`StoreError::is_timed_out`].
    LosesRequest,
    /// The answer is lost: everything is done, [`StoreError::is_timed_out`].
    LosesAnswer,
    /// The store will not: nothing is done, [`StoreError::is_refused`].
    Refuses,
    /// Everything is done, and in each value that is given out one byte is another one.
    Corrupts,
    /// Everything is done, and each value that is given out lacks its second half.
    Truncates,
    /// Everything is done, and each value and number is given out as missing, as by a store that was flushed or has evicted it.
    Forgets,
}

impl Fault {
    /// The error that keeps a batch from being done.
    pub(super) fn before(self, store: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Unavailable => Err(StoreError::unavailable(store)),
            Self::LosesRequest => Err(StoreError::timed_out(store)),
            Self::Refuses => Err(StoreError::refused(store)),
            Self::LosesAnswer | Self::Corrupts | Self::Truncates | Self::Forgets => Ok(()),
        }
    }

    /// What the asker sees of the answers.
    pub(super) fn after(self, store: &'static str, answers: Vec<Answer>) -> Result<Vec<Answer>, StoreError> {
        if self == Self::LosesAnswer {
            return Err(StoreError::timed_out(store));
        }
        Ok(answers.into_iter().map(|answer| self.spoil(answer)).collect())
    }

    fn spoil(self, answer: Answer) -> Answer {
        match (self, answer) {
            (Self::Corrupts, Answer::Value(Some(mut value))) => {
                let middle = value.len() / 2;
                if let Some(byte) = value.get_mut(middle) {
                    *byte ^= 0x20;
                }
                Answer::Value(Some(value))
            }
            (Self::Truncates, Answer::Value(Some(mut value))) => {
                value.truncate(value.len() / 2);
                Answer::Value(Some(value))
            }
            (Self::Forgets, Answer::Value(_)) => Answer::Value(None),
            (Self::Forgets, Answer::Number(_)) => Answer::Number(None),
            (Self::Forgets, Answer::Remaining(_)) => Answer::Remaining(None),
            (_, answer) => answer,
        }
    }
}

/// Whom a fault concerns.
pub(super) type Which = Arc<dyn Fn(&Operation) -> bool + Send + Sync>;

/// Which fault there is at present.
#[derive(Default)]
pub(super) struct Plan {
    fault: Option<Fault>,
    left: u64,
    which: Option<Which>,
}

impl Plan {
    pub(super) fn new(fault: Fault, left: u64) -> Self {
        Self { fault: Some(fault), left, which: None }
    }

    pub(super) fn only(mut self, which: impl Fn(&Operation) -> bool + Send + Sync + 'static) -> Self {
        self.which = Some(Arc::new(which));
        self
    }

    /// For one batch.
    pub(super) fn take(&mut self) -> Option<Fault> {
        self.left = self.left.checked_sub(1)?;
        self.fault
    }

    pub(super) fn which(&self) -> Option<Which> {
        self.which.clone()
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Plan").field("fault", &self.fault).field("left", &self.left).finish_non_exhaustive()
    }
}
