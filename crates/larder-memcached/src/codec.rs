//! The meta protocol as bytes, without sockets: commands out, replies in. Threads and tasks share it.
//!
//! Every command has a number of its own, its *opaque*, which the server repeats in what it answers: a reply that is somebody else's cannot be taken for one's
//! own. A request ends with `mn`, whose reply comes after all others, so that one too many or too few is noticed at once. After anything unexpected a connection
//! is given up.

use std::{
    fmt,
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use larder_link::Failure;

use self::Unusable::Malformed;
use crate::{
    address::Login,
    expiry::{Expiry, Left},
};

/// One thing asked of a server, about one key as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) verb: Verb<'a>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb<'a> {
    /// The value.
    Get,
    /// The value, its version and how long it lives on.
    Read,
    /// How long the value lives on.
    Look,
    /// Stores a value.
    Set { value: &'a [u8], expiry: Expiry, when: When },
    /// Removes the value, if it has this version.
    Delete { version: Option<u64> },
}

/// When a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    IfAbsent,
    /// If what is there has this version.
    IfUnchanged(u64),
}

/// What a server answers to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A value.
    Value(Found),
    /// Done, or it is there; without the value.
    Done(Option<Left>),
    /// `Get` and `Look`: there is none.
    Missing,
    /// It was not stored, since there is one.
    NotStored,
    /// It has another version.
    Changed,
    /// There is nothing to change.
    NotFound,
    /// It will not, in its own words.
    Error(String),
}

/// A value that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) value: Vec<u8>,
    pub(crate) version: Option<u64>,
    pub(crate) left: Option<Left>,
}

/// Commands that go to one server in one piece.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) bytes: Arc<Vec<u8>>,
    /// What each reply has to say, the one that ends the request included.
    pub(crate) expected: Arc<Vec<Expected>>,
    /// Whether sending it once more after an unknown outcome comes to the same.
    pub(crate) is_repeatable: bool,
}

/// What a reply has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Anything that answers the command with this opaque.
    Opaque(u64),
    /// That the request has ended.
    End,
    /// That the login was taken.
    Login,
}

impl Request {
    /// These commands.
    pub(crate) fn new<'a>(commands: impl IntoIterator<Item = Command<'a>>, is_repeatable: bool) -> Self {
        let (mut bytes, mut expected) = (Vec::new(), Vec::new());
        for command in commands {
            let opaque = OPAQUE.fetch_add(1, Ordering::Relaxed);
            command.write(opaque, &mut bytes);
            expected.push(Expected::Opaque(opaque));
        }
        bytes.extend_from_slice(b"mn\r\n");
        expected.push(Expected::End);
        Self { bytes: Arc::new(bytes), expected: Arc::new(expected), is_repeatable }
    }

    /// What has to be said first on a connection. A server that wants no login takes it for a value, which is made to have expired already.
    pub(crate) fn login(login: &Login) -> Self {
        let data = format!("{} {}", login.user, login.password);
        let bytes = format!("set larder:login 0 -1 {}\r\n{data}\r\n", data.len()).into_bytes();
        Self { bytes: Arc::new(bytes), expected: Arc::new(vec![Expected::Login]), is_repeatable: true }
    }
}

/// The opaques of this process.
static OPAQUE: AtomicU64 = AtomicU64::new(1);

impl Command<'_> {
    fn write(&self, opaque: u64, out: &mut Vec<u8>) {
        let mut line = |verb: &str, arguments: fmt::Arguments<'_>| {
            out.extend_from_slice(verb.as_bytes());
            out.push(b' ');
            out.extend_from_slice(self.key);
            // a vector takes everything
            let _ = write!(out, "{arguments} O{opaque}\r\n");
        };
        match &self.verb {
            Verb::Get => line("mg", format_args!(" v")),
            Verb::Read => line("mg", format_args!(" v c t")),
            Verb::Look => line("mg", format_args!(" t")),
            Verb::Set { value, expiry, when } => {
                let length = value.len();
                match when {
                    When::Always => line("ms", format_args!(" {length} T{expiry}")),
                    When::IfAbsent => line("ms", format_args!(" {length} T{expiry} ME")),
                    When::IfUnchanged(version) => line("ms", format_args!(" {length} T{expiry} C{version}")),
                }
                out.extend_from_slice(value);
                out.extend_from_slice(b"\r\n");
            }
            Verb::Delete { version: None } => line("md", format_args!("")),
            Verb::Delete { version: Some(version) } => line("md", format_args!(" C{version}")),
        }
    }
}

/// Bytes that came, until they are replies.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    bytes: Vec<u8>,
    /// Up to where they have been read.
    at: usize,
}

/// Why nothing that comes on a connection is of use any more.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// What came is no reply to what was asked.
    Malformed(&'static str),
    /// It wants to hear who asks, and answers nothing else.
    Unauthenticated(String),
}

impl From<Unusable> for Failure {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Malformed(why) => Self::dropped(format_args!("not the meta protocol of memcached 1.6: {why}")),
            Unusable::Unauthenticated(words) => {
                Self::refused(format_args!("{words}; it wants `user:password@` in the URL"))
            }
        }
    }
}

impl Decoder {
    /// Takes in what came.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.at > 0 {
            self.bytes.drain(..self.at);
            self.at = 0;
            // one that is large is not held on to
            self.bytes.shrink_to(self.bytes.len().max(LARGEST_KEPT));
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether everything that came has been read.
    pub(crate) fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The next reply; `None` until it is there as a whole.
    pub(crate) fn next(&mut self, expected: Expected) -> Result<Option<Reply>, Unusable> {
        let rest = &self.bytes[self.at..];
        let Some(end) = rest.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n') else {
            return if rest.len() < LONGEST_LINE {
                Ok(None)
            } else {
                Err(Malformed("a line that does not end"))
            };
        };
        let line = rest[..end].strip_suffix(b"\r").ok_or(Malformed("a line that ends otherwise"))?;
        let mut length = end + 1;
        let mut words = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default();
        let reply = match (first, expected) {
            (b"CLIENT_ERROR", _) if line.ends_with(b"unauthenticated") => {
                return Err(Unusable::Unauthenticated(String::from_utf8_lossy(line).into_owned()));
            }
            (b"ERROR" | b"CLIENT_ERROR" | b"SERVER_ERROR", _) => {
                Reply::Error(String::from_utf8_lossy(line).into_owned())
            }
            (b"MN", Expected::End) | (b"STORED", Expected::Login) => Reply::Done(None),
            (_, Expected::End | Expected::Login) => {
                return Err(Malformed("another reply where the last one is due"));
            }
            (b"VA", Expected::Opaque(opaque)) => {
                let size = words.next().and_then(number).and_then(|size| usize::try_from(size).ok());
                let size = size.filter(|size| *size <= LARGEST).ok_or(Malformed("a value of no size"))?;
                let flags = Flags::read(words)?;
                flags.belong_to(opaque, Opaque::Wanted)?;
                let Some(data) = rest.get(length..length + size + 2) else { return Ok(None) };
                let value =
                    data.strip_suffix(b"\r\n").ok_or(Malformed("a value that is longer than it says"))?;
                length += data.len();
                Reply::Value(Found { value: value.to_vec(), version: flags.version, left: flags.left })
            }
            (b"HD", Expected::Opaque(opaque)) => {
                let flags = Flags::read(words)?;
                flags.belong_to(opaque, Opaque::Wanted)?;
                Reply::Done(flags.left)
            }
            (status, Expected::Opaque(opaque)) => {
                let reply = match status {
                    b"EN" => Reply::Missing,
                    b"NS" => Reply::NotStored,
                    b"EX" => Reply::Changed,
                    b"NF" => Reply::NotFound,
                    _ => return Err(Malformed("a reply of no kind it has")),
                };
                // versions of the server differ in whether these say it
                Flags::read(words)?.belong_to(opaque, Opaque::Optional)?;
                reply
            }
        };
        self.at += length;
        Ok(Some(reply))
    }
}

/// What stands behind the status of a reply.
#[derive(Default)]
struct Flags {
    opaque: Option<u64>,
    version: Option<u64>,
    left: Option<Left>,
}

/// Whether the opaque has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opaque {
    Wanted,
    Optional,
}

impl Flags {
    fn read<'a>(words: impl Iterator<Item = &'a [u8]>) -> Result<Self, Unusable> {
        let mut flags = Self::default();
        for word in words {
            let (flag, token) = word.split_first().ok_or(Malformed("an empty flag"))?;
            let number = number(token);
            match flag {
                b'O' => flags.opaque = Some(number.ok_or(Malformed("an opaque that nobody gave"))?),
                b'c' => flags.version = Some(number.ok_or(Malformed("a version that is no number"))?),
                b't' if token == b"-1" => flags.left = Some(Left::Forever),
                b't' => {
                    flags.left = Some(Left::Seconds(number.ok_or(Malformed("a lifetime that is no number"))?))
                }
                // what nobody asked for says nothing
                _ => {}
            }
        }
        Ok(flags)
    }

    fn belong_to(&self, opaque: u64, wanted: Opaque) -> Result<(), Unusable> {
        match self.opaque {
            Some(own) if own == opaque => Ok(()),
            None if wanted == Opaque::Optional => Ok(()),
            _ => Err(Malformed("the reply to something else")),
        }
    }
}

/// Decimal digits and nothing else.
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

/// The values among the replies to commands with these opaques, up to where they end; `None` if there is something else.
pub(crate) fn read_values(opaques: &[u64], bytes: &[u8], piece: usize) -> Option<Vec<Vec<u8>>> {
    let mut decoder = Decoder::default();
    let mut pieces = bytes.chunks(piece.max(1));
    let mut values = Vec::new();
    for opaque in opaques {
        let reply = loop {
            match decoder.next(Expected::Opaque(*opaque)) {
                Ok(Some(reply)) => break reply,
                Ok(None) => match pieces.next() {
                    Some(bytes) => decoder.feed(bytes),
                    None => return Some(values),
                },
                Err(_) => return None,
            }
        };
        if let Reply::Value(found) = reply {
            values.push(found.value);
        }
    }
    Some(values)
}

/// No reply has a longer first line.
const LONGEST_LINE: usize = 8 * 1024;

/// What a connection that has had a large reply holds on to.
const LARGEST_KEPT: usize = 64 * 1024;

/// No server has larger values (`-I` takes up to this).
const LARGEST: usize = 1024 * 1024 * 1024;

#[cfg(test)]
mod tests;
