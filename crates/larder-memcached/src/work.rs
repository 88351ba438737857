//! What a batch has to ask, round by round, until each of its operations has its answer; whoever does the asking.
//!
//! Most operations are one command. A number that is raised or added to, and a value that is removed if it is this one, are read first and changed if they are
//! still the same; when they are not, they are read again, as often as the deadline allows. (The server's own addition would not do: decision 0019.) Where one of
//! these has begun, later operations on the same key wait for it, so that the order of a batch holds for each key.

use std::collections::HashSet;

use larder_core::store_bytes::{Answer, Answers, Operation, StoreError};
use larder_link::Failure;

use crate::{
    codec::{Command, Found, Reply, Verb, When, number},
    error::{NAME, NO_META, odd, store_error},
    expiry::Left,
    keyspace::Keyspace,
};

/// The work on one batch.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    batch: &'a [Operation],
    keys: Vec<Vec<u8>>,
    steps: Vec<Step>,
    /// Whether a server answered at all.
    was_answered: bool,
    failed: Option<Failure>,
}

/// Operations by their positions in the batch, each with how many replies it is owed.
pub(crate) type Positions = Vec<(usize, usize)>;

/// How far an operation is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// It is asked, or read, as it is.
    Begun,
    /// A number is stored if it is missing, and read.
    First(Vec<u8>),
    /// A number is stored in place of what had this version.
    Swap {
        version: u64,
        number: Vec<u8>,
        left: Left,
    },
    /// A value that has this version is removed.
    Drop {
        version: u64,
    },
    Ended(Answer),
}

/// What one operation asks in a round.
#[derive(Debug)]
pub(crate) struct Asked<'w> {
    /// Its position in the batch.
    pub(crate) at: usize,
    pub(crate) key: &'w [u8],
    pub(crate) verbs: Vec<Verb<'w>>,
    pub(crate) is_repeatable: bool,
}

impl Asked<'_> {
    /// The commands.
    pub(crate) fn commands(&self) -> impl Iterator<Item = Command<'_>> {
        self.verbs.iter().map(|verb| Command { key: self.key, verb: verb.clone() })
    }
}

impl<'a> Work<'a> {
    pub(crate) fn new(batch: &'a [Operation], keyspace: &Keyspace) -> Self {
        Self {
            batch,
            keys: batch.iter().map(|operation| keyspace.key(operation.key())).collect(),
            steps: batch.iter().map(first_step).collect(),
            was_answered: false,
            failed: None,
        }
    }

    /// What to ask next; nothing at the end.
    pub(crate) fn round(&self) -> Vec<Asked<'_>> {
        let mut waited_for: HashSet<&[u8]> = HashSet::new();
        let mut asked = Vec::new();
        for (at, (operation, step)) in self.batch.iter().zip(&self.steps).enumerate() {
            let key = self.keys[at].as_slice();
            if matches!(step, Step::Ended(_)) || waited_for.contains(key) {
                continue;
            }
            if has_steps(operation) {
                waited_for.insert(key);
            }
            asked.push(Asked {
                at,
                key,
                verbs: verbs(operation, step),
                is_repeatable: operation.is_repeatable(),
            });
        }
        asked
    }

    /// Takes what a server answered to the operations at these positions.
    pub(crate) fn take(
        &mut self,
        positions: &[(usize, usize)],
        replies: Result<Vec<Reply>, Failure>,
    ) -> Result<(), StoreError> {
        let replies = match replies {
            Ok(replies) => replies,
            Err(failure) => return self.missed(positions, failure),
        };
        self.was_answered = true;
        let mut replies = replies.into_iter();
        for (at, commands) in positions {
            let own: Vec<Reply> = replies.by_ref().take(*commands).collect();
            self.steps[*at] = next_step(&self.batch[*at], &self.steps[*at], own)?;
        }
        Ok(())
    }

    /// A server did not answer. What was only looked for there is missing; what was to be changed is an error.
    fn missed(&mut self, positions: &[(usize, usize)], failure: Failure) -> Result<(), StoreError> {
        for (at, _) in positions {
            let Some(nothing) = nothing(&self.batch[*at]) else { return Err(store_error(failure)) };
            self.steps[*at] = Step::Ended(nothing);
        }
        self.failed = self.failed.take().or(Some(failure));
        Ok(())
    }

    /// The answers, at the end. That no server answered is an error.
    pub(crate) fn answers(self) -> Answers {
        if let (Some(failure), false) = (self.failed, self.was_answered) {
            return Err(store_error(failure));
        }
        let answer = |step| match step {
            Step::Ended(answer) => Ok(answer),
            _ => Err(odd()),
        };
        self.steps.into_iter().map(answer).collect()
    }
}

/// Whether an operation may take more than one round.
fn has_steps(operation: &Operation) -> bool {
    matches!(operation, Operation::Raise { .. } | Operation::Add { .. } | Operation::RemoveIf { .. })
}

/// The answer of an operation that only looks, if there is nothing.
fn nothing(operation: &Operation) -> Option<Answer> {
    match operation {
        Operation::Get { .. } => Some(Answer::Value(None)),
        Operation::Number { .. } => Some(Answer::Number(None)),
        Operation::Remaining { .. } => Some(Answer::Remaining(None)),
        _ => None,
    }
}

fn first_step(operation: &Operation) -> Step {
    match operation {
        Operation::Raise { to, .. } if *to > 0 => Step::First(text(*to)),
        Operation::Add { by, from, .. } => Step::First(text(from.saturating_add_signed(*by))),
        _ => Step::Begun,
    }
}

/// What an operation asks for its next step.
fn verbs<'w>(operation: &'w Operation, step: &'w Step) -> Vec<Verb<'w>> {
    let set = |value, left: Left, when| Verb::Set { value, expiry: left.expiry(), when };
    match (step, operation) {
        (Step::Swap { version, number, left }, _) => vec![set(number, *left, When::IfUnchanged(*version))],
        (Step::Drop { version }, _) => vec![Verb::Delete { version: Some(*version) }],
        (Step::First(number), Operation::Add { ttl, .. } | Operation::Raise { ttl, .. }) => {
            vec![set(number, Left::at_least(*ttl), When::IfAbsent), Verb::Read]
        }
        (_, Operation::Put { value, ttl, .. }) => vec![set(value, Left::at_least(*ttl), When::Always)],
        (_, Operation::PutIfAbsent { value, ttl, .. }) => {
            vec![set(value, Left::at_least(*ttl), When::IfAbsent)]
        }
        (_, Operation::Remove { .. }) => vec![Verb::Delete { version: None }],
        (_, Operation::Remaining { .. }) => vec![Verb::Look],
        (_, Operation::Get { .. } | Operation::Number { .. }) => vec![Verb::Get],
        _ => vec![Verb::Read],
    }
}

/// What the replies of a step come to.
fn next_step(operation: &Operation, step: &Step, replies: Vec<Reply>) -> Result<Step, StoreError> {
    if let Some(Reply::Error(words)) = replies.iter().find(|reply| matches!(reply, Reply::Error(_))) {
        return Err(refused(words));
    }
    let mut replies = replies.into_iter();
    let (Some(first), second) = (replies.next(), replies.next()) else { return Err(odd()) };
    let ended = |answer| Ok(Step::Ended(answer));
    match (operation, step, first) {
        (Operation::Get { .. }, _, Reply::Value(found)) => ended(Answer::Value(Some(found.value))),
        (Operation::Number { .. }, _, Reply::Value(found)) => ended(Answer::Number(count(&found.value))),
        (_, _, Reply::Missing) if nothing(operation).is_some() => {
            nothing(operation).map_or_else(|| Err(odd()), ended)
        }
        (Operation::Remaining { .. }, _, Reply::Done(Some(left))) => {
            ended(Answer::Remaining(Some(left.duration())))
        }
        (
            Operation::Put { .. } | Operation::PutIfAbsent { .. } | Operation::Remove { .. },
            _,
            Reply::Done(_),
        ) => ended(Answer::Done(true)),
        (Operation::PutIfAbsent { .. }, _, Reply::NotStored)
        | (Operation::Remove { .. }, _, Reply::NotFound) => ended(Answer::Done(false)),
        (Operation::RemoveIf { .. }, Step::Drop { .. }, reply) => match reply {
            Reply::Done(_) => ended(Answer::Done(true)),
            Reply::NotFound => ended(Answer::Done(false)),
            Reply::Changed => Ok(Step::Begun),
            _ => Err(odd()),
        },
        (Operation::RemoveIf { value, .. }, _, reply) => match reply {
            Reply::Value(Found { value: there, version: Some(version), .. }) if there == *value => {
                if version == 0 { Err(unversioned()) } else { Ok(Step::Drop { version }) }
            }
            Reply::Value(_) | Reply::Missing => ended(Answer::Done(false)),
            _ => Err(odd()),
        },
        (Operation::Raise { .. } | Operation::Add { .. }, step, first) => {
            counted(operation, step, first, second)
        }
        (
            Operation::Get { .. }
            | Operation::Put { .. }
            | Operation::PutIfAbsent { .. }
            | Operation::Remove { .. }
            | Operation::Number { .. }
            | Operation::Remaining { .. },
            ..,
        ) => Err(odd()),
        _ => Err(StoreError::unsupported(NAME)),
    }
}

/// A number that is missing is stored. One that is there is replaced, if it is still the same when that is asked.
fn counted(
    operation: &Operation,
    step: &Step,
    first: Reply,
    second: Option<Reply>,
) -> Result<Step, StoreError> {
    let ended = |number| Ok(Step::Ended(Answer::Number(number)));
    match (step, first, second) {
        (Step::Swap { number, .. } | Step::First(number), Reply::Done(_), _) => ended(count(number)),
        // somebody else was there in between
        (Step::Swap { .. }, Reply::Changed | Reply::NotFound | Reply::NotStored, _)
        | (Step::First(_), Reply::NotStored, Some(Reply::Missing)) => Ok(first_step(operation)),
        // nothing is raised to 0
        (Step::Begun, Reply::Missing, _) => ended(None),
        (Step::First(_), Reply::NotStored, Some(Reply::Value(found)))
        | (Step::Begun, Reply::Value(found), _) => replaced(operation, found),
        _ => Err(odd()),
    }
}

/// What a number that is there, or what stands in its place, becomes.
fn replaced(operation: &Operation, found: Found) -> Result<Step, StoreError> {
    let (Some(version), Some(left)) = (found.version, found.left) else { return Err(odd()) };
    let swap = |number, left| match version {
        0 => Err(unversioned()),
        version => Ok(Step::Swap { version, number: text(number), left }),
    };
    match (operation, count(&found.value)) {
        (Operation::Add { by, from, ttl, .. }, now) => {
            swap(now.unwrap_or(*from).saturating_add_signed(*by), Left::at_least(*ttl))
        }
        (Operation::Raise { to: 0, .. }, None) => Ok(Step::Ended(Answer::Number(None))),
        (Operation::Raise { to, ttl, .. }, None) => swap(*to, Left::at_least(*ttl)),
        (Operation::Raise { to, ttl, .. }, Some(now)) => match Left::at_least(*ttl) {
            wanted if now >= *to && left >= wanted => Ok(Step::Ended(Answer::Number(Some(now)))),
            wanted => swap(now.max(*to), left.max(wanted)),
        },
        _ => Err(odd()),
    }
}

/// Of a server that says 0 of every version: what is there cannot be replaced only if it is still the same.
fn unversioned() -> StoreError {
    StoreError::unsupported(NAME).with("it was started with -C; versions are needed")
}

/// The server's refusal in its own words.
fn refused(words: &str) -> StoreError {
    let error =
        if words.contains("too large") { StoreError::too_large(NAME) } else { StoreError::refused(NAME) };
    error.with(if words == "ERROR" { NO_META } else { words })
}

fn text(number: u64) -> Vec<u8> {
    number.to_string().into_bytes()
}

/// What counts as a number: what [`u64`] holds, without zeros in front.
fn count(value: &[u8]) -> Option<u64> {
    let is_plain = value.len() == 1 || value.first() != Some(&b'0');
    is_plain.then(|| number(value)).flatten()
}

#[cfg(test)]
mod tests;
