//! The store that keeps nothing.

use std::future::ready;

use super::bytes::{Answer, Answers, BoxFuture, Capabilities, Operation, Store, StoreError};

/// A store that keeps nothing: every value is missing a moment after it was stored. For switching a shared store off by configuration, without changing what uses it.
///
/// It answers as a store would whose values all expire at once: nothing is there, a put is done, a number is what the operation itself makes of a missing one.
/// [`PutIfAbsent`](Operation::PutIfAbsent) is done each time, so that everybody has the lock who takes one in it and nobody waits; a [`Raise`](Operation::Raise) is
/// forgotten, which makes no difference, since no value is there that it would invalidate.
///
/// Of the behaviours of `larder::testing::store_suite!` these apply: `nothing_is_there_at_first`, `a_value_expires`, `an_empty_batch_has_no_answers` and
/// `what_it_says_of_itself_is_plain`. All others expect something to be found again.
///
/// # Cost
///
/// An answer for each operation; no lock, no system call.
///
/// ```
/// # use larder_core::{store_bytes::{Answer, Operation, Store}, Null};
/// let get = Operation::Get { key: "a".into() };
/// assert_eq!(Null.run(&[get]).unwrap(), [Answer::Value(None)]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Null;

impl Store for Null {
    fn name(&self) -> &'static str {
        "null"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().pipelines().lists()
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        Ok(batch.iter().map(answer).collect())
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(ready(self.run(batch)))
    }

    fn clear(&self, _prefix: &str) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(ready(self.clear(prefix)))
    }
}

fn answer(operation: &Operation) -> Answer {
    match operation {
        Operation::Get { .. } => Answer::Value(None),
        Operation::Put { .. } | Operation::PutIfAbsent { .. } => Answer::Done(true),
        Operation::Remove { .. } | Operation::RemoveIf { .. } => Answer::Done(false),
        Operation::Number { .. } => Answer::Number(None),
        Operation::Raise { to, .. } => Answer::Number(Some(*to)),
        Operation::Add { by, from, .. } => Answer::Number(Some(from.saturating_add_signed(*by))),
        Operation::Remaining { .. } => Answer::Remaining(None),
    }
}
