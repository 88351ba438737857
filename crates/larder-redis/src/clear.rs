//! Removing every key with a prefix, page by page, so that others are served meanwhile.

use larder_link::Failure;
use redis::Value;

use crate::{
    command::Command,
    connection::server_error,
    request::{Replies, Request},
};

/// The walk over the keys of one server, whoever does the waiting.
#[derive(Debug)]
pub(crate) struct Walk {
    pattern: Vec<u8>,
    cursor: Option<u64>,
}

impl Walk {
    pub(crate) fn new(pattern: Vec<u8>) -> Self {
        Self { pattern, cursor: Some(0) }
    }

    /// What to ask next; `None` at the end.
    pub(crate) fn next_page(&self) -> Option<Request> {
        let mut scan = redis::cmd("SCAN");
        scan.arg(self.cursor?).arg("MATCH").arg(self.pattern.as_slice()).arg("COUNT").arg(PAGE);
        Some(Request::one(&scan))
    }

    /// Takes in a page, and says what removes it.
    pub(crate) fn take(&mut self, replies: Replies) -> Result<Vec<Command>, Failure> {
        let reply = replies.into_values().pop().unwrap_or(Value::Nil);
        if let Some(error) = server_error(&reply) {
            return Err(Failure::refused(error));
        }
        let (cursor, keys): (u64, Vec<Vec<u8>>) =
            redis::from_redis_value(reply).map_err(|error| Failure::refused(error.to_string()))?;
        self.cursor = (cursor != 0).then_some(cursor);
        Ok(keys.into_iter().map(unlink).collect())
    }
}

/// Each key by itself: on a cluster the keys of a page have different slots, and may be moving.
fn unlink(key: Vec<u8>) -> Command {
    let mut command = redis::cmd("UNLINK");
    command.arg(key.as_slice());
    Command::new(command, key, true)
}

/// How many keys these replies removed.
pub(crate) fn removed(replies: &[Value]) -> Result<u64, Failure> {
    replies.iter().try_fold(0, |sum, reply| match reply {
        Value::Int(removed) => Ok(sum + u64::try_from(*removed).unwrap_or(0)),
        reply => Err(Failure::refused(server_error(reply).unwrap_or_else(|| "an odd reply".into()))),
    })
}

/// How many keys the server looks at for one page.
const PAGE: u32 = 1_000;
