//! Removing every key with a prefix: the server lists its keys on a connection of its own, and those that begin so are removed.

use std::{
    thread,
    time::{Duration, Instant},
};

use larder_core::store_bytes::{StoreError, link::Deadline};
use larder_link::{Failure, Protocol as _};

use crate::{
    codec::{Command, Reply, Request, Verb},
    connection::Connection,
    error::{NAME, odd, store_error},
    keyspace::is_taken,
    protocol::Link,
};

/// Removes them on one server and says how many there were. Each piece that comes of the list has `step` of time, and each page of removals.
pub(crate) fn clear(
    link: &std::sync::Arc<Link>,
    beginning: &[u8],
    step: Duration,
) -> Result<u64, StoreError> {
    let mut sum = 0;
    for page in list(link, beginning, step)?.chunks(PAGE) {
        let delete = |key| Command { key, verb: Verb::Delete { version: None } };
        let request = Request::new(page.iter().map(|key| delete(key.as_slice())), true);
        let replies = link.call(&request, Deadline::after(step)).map_err(store_error)?;
        for reply in replies.into_iter().take(page.len()) {
            match reply {
                Reply::NotFound => {}
                Reply::Done(_) => sum += 1,
                Reply::Error(words) => return Err(StoreError::refused(NAME).with(words)),
                _ => return Err(odd()),
            }
        }
    }
    Ok(sum)
}

/// The keys of a server that begin so.
fn list(link: &Link, beginning: &[u8], step: Duration) -> Result<Vec<Vec<u8>>, StoreError> {
    if link.breaker().is_open() {
        return Err(store_error(Failure::not_asked("not asked until it is back")));
    }
    let mut connection = link.protocol().open(step, Deadline::after(step)).map_err(store_error)?;
    let began = Instant::now();
    loop {
        match list_once(&mut connection, beginning, step)? {
            Some(keys) => return Ok(keys),
            None if began.elapsed() > PATIENCE => {
                return Err(StoreError::refused(NAME).with("its crawler is busy with something else"));
            }
            None => thread::sleep(PAUSE),
        }
    }
}

/// `None` while the server is busy with another list.
fn list_once(
    connection: &mut Connection,
    beginning: &[u8],
    step: Duration,
) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
    // by the hash table, since keys move between the other lists while these are walked
    connection.write(b"lru_crawler metadump hash\r\n", Deadline::after(step)).map_err(store_error)?;
    let mut listing = Listing::default();
    loop {
        let bytes = connection.read(Deadline::after(step)).map_err(store_error)?;
        match listing.feed(bytes, beginning) {
            Progress::Open => {}
            Progress::Busy => return Ok(None),
            Progress::Ended => return Ok(Some(listing.keys)),
            Progress::Refused(words) => {
                return Err(StoreError::unsupported(NAME).with(format!("it does not list its keys: {words}")));
            }
        }
    }
}

/// A list of keys as it comes.
#[derive(Debug, Default)]
struct Listing {
    keys: Vec<Vec<u8>>,
    /// The beginning of a line whose end has not come.
    rest: Vec<u8>,
}

#[derive(Debug, PartialEq, Eq)]
enum Progress {
    Open,
    Ended,
    Busy,
    Refused(String),
}

impl Listing {
    fn feed(&mut self, bytes: &[u8], beginning: &[u8]) -> Progress {
        self.rest.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(length) = self.rest[at..].iter().position(|byte| *byte == b'\n') {
            let line = self.rest[at..at + length].trim_ascii_end();
            at += length + 1;
            if let Some(item) = line.strip_prefix(b"key=") {
                let name = item.split(|byte| *byte == b' ').next().unwrap_or_default();
                let key = decoded(name)
                    .filter(|key| key.starts_with(beginning) && key.iter().copied().all(is_taken));
                self.keys.extend(key);
            } else if line == b"END" {
                return Progress::Ended;
            } else if line.starts_with(b"BUSY") {
                return Progress::Busy;
            } else {
                return Progress::Refused(String::from_utf8_lossy(line).chars().take(200).collect());
            }
        }
        self.rest.drain(..at);
        if self.rest.len() > LONGEST_LINE {
            Progress::Refused("a line that does not end".into())
        } else {
            Progress::Open
        }
    }
}

/// A key as lists have it, with `%3A` for a `:`.
fn decoded(name: &[u8]) -> Option<Vec<u8>> {
    let mut key = Vec::with_capacity(name.len());
    let mut rest = name.iter();
    while let Some(byte) = rest.next() {
        if *byte != b'%' {
            key.push(*byte);
            continue;
        }
        let mut digit = || char::from(*rest.next()?).to_digit(16);
        key.push((digit()? * 16 + digit()?) as u8);
    }
    Some(key)
}

/// How many keys are removed in one round trip.
const PAGE: usize = 500;

/// How long it is tried to be listed while the server lists for somebody else, and how long to wait in between.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(10);

const LONGEST_LINE: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(bytes: &[u8], piece: usize) -> (Progress, Vec<String>) {
        let mut listing = Listing::default();
        let mut progress = Progress::Open;
        for bytes in bytes.chunks(piece) {
            progress = listing.feed(bytes, b"a:");
            if progress != Progress::Open {
                break;
            }
        }
        (progress, listing.keys.into_iter().map(|key| String::from_utf8(key).unwrap()).collect())
    }

    #[test]
    fn a_list_has_the_keys_that_begin_so() {
        let list = b"key=a%3A1 exp=1 la=2 cas=3 fetch=no cls=1 size=63\nkey=b exp=1 la=2\nkey=a%3A%C3%B6 exp=-1\nkey=a%3A%20x exp=1\nkey=a%3 e\nEND\r\n";
        for piece in [1, 2, 7, 1_000] {
            let (progress, keys) = listed(list, piece);
            assert_eq!((progress, keys), (Progress::Ended, vec!["a:1".into(), "a:ö".into()]), "by {piece}");
        }
    }

    #[test]
    fn what_is_no_list_is_said_to_be_none() {
        assert_eq!(listed(b"BUSY currently processing crawler request\r\n", 9).0, Progress::Busy);
        assert_eq!(listed(b"ERROR\r\n", 9).0, Progress::Refused("ERROR".into()));
        assert_eq!(listed(b"key=a%3A1 exp=1\n", 3).0, Progress::Open);
        assert!(matches!(listed(&[b'x'; 10_000], 1_000).0, Progress::Refused(_)));
    }
}
