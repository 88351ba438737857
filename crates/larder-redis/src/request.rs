//! What goes to one server in one piece, as bytes, and what comes back.
//!
//! Reads have a way of their own, since hits are made of them: one `MGET` whose reply is read into answers at once, and which goes together with those of other tasks.

use std::{io, sync::Arc};

use larder_core::store_bytes::{Answer, Answers, Operation};
use redis::{Cmd, Value};

use crate::{
    command::{is_out_of_service, number, odd, refused},
    connection::server_error,
    keyspace::Keyspace,
    reply::texts,
};

/// One piece. Clones share its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) piece: Piece,
    /// Whether sending it once more after an unknown outcome comes to the same.
    pub(crate) is_repeatable: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Commands, each with one reply.
    Commands { packed: Arc<Vec<u8>>, replies: usize },
    /// Keys that are read by one command, maybe together with those of other requests.
    Read { read: Arc<Read>, goes_alone: bool },
}

/// Several keys that are read by one command.
#[derive(Debug)]
pub(crate) struct Read {
    /// The keys as arguments of a command, one after the other.
    arguments: Vec<u8>,
    keys: Vec<Key>,
}

/// What is wanted of a key, and where its argument ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    end: usize,
    wanted: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Value,
    Number,
}

/// What comes back.
#[derive(Debug)]
pub(crate) enum Replies {
    /// To each command.
    Values(Vec<Value>),
    /// To a read.
    Answers(Vec<Answer>),
    /// The server's refusal of a read.
    Refused(Value),
}

impl Request {
    pub(crate) fn new<'a>(is_repeatable: bool, commands: impl IntoIterator<Item = &'a Cmd>) -> Self {
        let (mut packed, mut replies) = (Vec::new(), 0);
        for command in commands {
            command.write_packed_command(&mut packed);
            replies += 1;
        }
        Self { piece: Piece::Commands { packed: Arc::new(packed), replies }, is_repeatable }
    }

    pub(crate) fn one(command: &Cmd) -> Self {
        Self::new(true, [command])
    }

    /// A batch of several reads, on a server that has all their keys. A key of another type counts as missing, as in [`answer`](crate::command::answer).
    pub(crate) fn read(batch: &[Operation], keyspace: &Keyspace) -> Option<Self> {
        if batch.len() < 2 {
            return None;
        }
        let wanted = |operation: &Operation| match operation {
            Operation::Get { .. } => Some(Wanted::Value),
            Operation::Number { .. } => Some(Wanted::Number),
            _ => None,
        };
        if batch.iter().any(|operation| wanted(operation).is_none()) {
            return None;
        }
        let size = batch.iter().map(|operation| keyspace.size(operation.key()) + AROUND).sum::<usize>();
        let mut read = Read { arguments: Vec::with_capacity(size), keys: Vec::with_capacity(batch.len()) };
        for operation in batch {
            head(b'$', keyspace.size(operation.key()), &mut read.arguments);
            keyspace.write(operation.key(), &mut read.arguments);
            read.arguments.extend_from_slice(b"\r\n");
            let wanted = wanted(operation)?;
            read.keys.push(Key { end: read.arguments.len(), wanted });
        }
        Some(Self { piece: Piece::Read { read: Arc::new(read), goes_alone: false }, is_repeatable: true })
    }

    /// A read that goes by itself.
    pub(crate) fn alone(read: Arc<Read>) -> Self {
        Self { piece: Piece::Read { read, goes_alone: true }, is_repeatable: true }
    }

    /// The read that may go together with others.
    pub(crate) fn in_company(&self) -> Option<&Arc<Read>> {
        match &self.piece {
            Piece::Read { read, goes_alone: false } => Some(read),
            _ => None,
        }
    }

    /// Appends what is sent for it.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match &self.piece {
            Piece::Commands { packed, .. } => out.extend_from_slice(packed),
            Piece::Read { read, .. } => {
                out.reserve(read.arguments.len() + 2 * AROUND);
                begin_read(read.keys.len(), out);
                out.extend_from_slice(&read.arguments);
            }
        }
    }
}

/// Appends the beginning of a command that reads so many keys; their arguments follow.
pub(crate) fn begin_read(keys: usize, out: &mut Vec<u8>) {
    head(b'*', keys + 1, out);
    out.extend_from_slice(b"$4\r\nMGET\r\n");
}

/// Says how much follows.
fn head(kind: u8, count: usize, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let (mut at, mut rest) = (digits.len(), count);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.push(kind);
    out.extend_from_slice(&digits[at..]);
    out.extend_from_slice(b"\r\n");
}

impl Read {
    /// Each key as an argument, and what is wanted of it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&[u8], Wanted)> {
        let starts = [0].into_iter().chain(self.keys.iter().map(|key| key.end));
        starts.zip(&self.keys).map(|(start, key)| (&self.arguments[start..key.end], key.wanted))
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// What a reply to this read alone comes to.
    ///
    /// # Errors
    ///
    /// When it is no reply to a read of so many keys.
    pub(crate) fn replies(&self, reply: &[u8]) -> io::Result<Replies> {
        let mut answers = Vec::with_capacity(self.keys.len());
        let mut keys = self.keys.iter();
        let came = texts(reply, |text| answers.extend(keys.next().map(|key| key.wanted.answer(text))))?;
        match came {
            Ok(count) if count == self.keys.len() => Ok(Replies::Answers(answers)),
            Ok(_) => Err(io::ErrorKind::InvalidData.into()),
            Err(refusal) => Ok(Replies::Refused(refusal)),
        }
    }
}

impl Wanted {
    /// What a key's text is, if it has one.
    pub(crate) fn answer(self, text: Option<&[u8]>) -> Answer {
        match self {
            Self::Value => Answer::Value(text.map(<[u8]>::to_vec)),
            Self::Number => Answer::Number(text.and_then(number)),
        }
    }
}

impl Replies {
    /// The reply to each command.
    pub(crate) fn into_values(self) -> Vec<Value> {
        match self {
            Self::Values(values) => values,
            Self::Refused(refusal) => vec![refusal],
            Self::Answers(_) => Vec::new(),
        }
    }

    /// What a read came to.
    pub(crate) fn into_answers(self) -> Answers {
        match self {
            Self::Answers(answers) => Ok(answers),
            Self::Refused(Value::ServerError(error)) => Err(refused(&error)),
            Self::Values(_) | Self::Refused(_) => Err(odd()),
        }
    }

    /// The server's words, if it says that it cannot serve at all.
    pub(crate) fn trouble(&self) -> Option<String> {
        let reply = match self {
            Self::Values(values) => values.iter().find(|value| is_out_of_service(value)),
            Self::Refused(refusal) => Some(refusal).filter(|refusal| is_out_of_service(refusal)),
            Self::Answers(_) => None,
        };
        reply.and_then(server_error)
    }

    /// The server's words, if it refuses any of it.
    pub(crate) fn refusal(&self) -> Option<String> {
        match self {
            Self::Values(values) => values.iter().find_map(server_error),
            Self::Refused(refusal) => server_error(refusal),
            Self::Answers(_) => None,
        }
    }
}

/// What stands around an argument at most, but for its own bytes: `$`, digits and two ends of lines.
const AROUND: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(keys: usize) -> Vec<Operation> {
        (0..keys).map(|at| Operation::Number { key: "k".repeat(at) }).collect()
    }

    #[test]
    fn a_read_is_written_as_redis_rs_writes_it() {
        for keys in [2, 9, 10, 99, 120] {
            let read = Request::read(&batch(keys), &Keyspace::new("app")).unwrap();
            let mut out = Vec::new();
            read.write(&mut out);
            let mut expected = redis::cmd("MGET");
            batch(keys).iter().for_each(|operation| {
                expected.arg(format!("app:{}", operation.key()));
            });
            assert_eq!(out, expected.get_packed_command(), "{keys}");
        }
    }

    #[test]
    fn what_is_no_read_of_several_keys_is_none() {
        assert!(Request::read(&batch(1), &Keyspace::default()).is_none());
        let mut other = batch(2);
        other.push(Operation::Remove { key: "k".into() });
        assert!(Request::read(&other, &Keyspace::default()).is_none());
    }
}
