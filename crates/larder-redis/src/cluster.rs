//! A cluster: each command to the node that owns its key, one request for each node, all under way at once.

use std::sync::Arc;

use futures_util::future::join_all;
use larder_core::store_bytes::link::Deadline;
use larder_link::{Failure, Place};
use redis::{Cmd, ServerErrorKind, Value};

use crate::{
    command::{Command, is_out_of_service},
    keyspace,
    protocol::Link,
    request::{Replies, Request},
    topology::{SlotMap, Topology, place},
};

/// The nodes of one cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    topology: Arc<Topology>,
}

/// What goes to one node.
#[derive(Debug)]
struct Part {
    link: Arc<Link>,
    commands: Vec<Cmd>,
    /// The commands as one piece, once there are no more of them.
    request: Request,
    /// Which commands of the whole these are, and whether each is announced, since its slot is on the way to this node.
    positions: Vec<(usize, Announced)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Announced {
    Yes,
    No,
}

/// The work on one batch, whoever does the waiting.
#[derive(Debug)]
struct Work {
    replies: Vec<Value>,
    rounds_left: u32,
}

impl Cluster {
    pub(crate) fn new(topology: Topology) -> Self {
        Self { topology: Arc::new(topology) }
    }

    pub(crate) fn ask(&self, commands: Vec<Command>, deadline: Deadline) -> Result<Vec<Value>, Failure> {
        let map = self.topology.map(deadline)?;
        let mut work = Work::new(commands.len());
        let mut parts = self.plan(commands, &map)?;
        while !parts.is_empty() {
            let sent: Vec<_> = parts.iter().map(|part| part.link.send(&part.request, deadline)).collect();
            let received: Vec<_> = parts
                .iter()
                .zip(sent)
                .map(|(part, sent)| part.link.receive(sent?, &part.request, deadline))
                .collect();
            parts = self.take(&mut work, parts, received)?;
        }
        Ok(work.replies)
    }

    pub(crate) async fn ask_async(
        &self,
        commands: Vec<Command>,
        deadline: Deadline,
    ) -> Result<Vec<Value>, Failure> {
        let map = self.topology.map_async(deadline).await?;
        let mut work = Work::new(commands.len());
        let mut parts = self.plan(commands, &map)?;
        while !parts.is_empty() {
            let asked = parts.iter().map(|part| part.link.call_async(&part.request, deadline));
            let received = join_all(asked).await;
            parts = self.take(&mut work, parts, received)?;
        }
        Ok(work.replies)
    }

    pub(crate) fn masters(&self, deadline: Deadline) -> Result<Vec<Arc<Link>>, Failure> {
        Ok(self.topology.next_map(deadline)?.nodes().to_vec())
    }

    pub(crate) async fn masters_async(&self, deadline: Deadline) -> Result<Vec<Arc<Link>>, Failure> {
        Ok(self.topology.next_map_async(deadline).await?.nodes().to_vec())
    }

    pub(crate) fn links(&self) -> Vec<Arc<Link>> {
        self.topology.links()
    }

    fn plan(&self, commands: Vec<Command>, map: &SlotMap) -> Result<Vec<Part>, Failure> {
        let mut parts: Vec<Part> = Vec::new();
        for (position, command) in commands.into_iter().enumerate() {
            let Some(link) = map.owner(keyspace::slot(&command.key)) else {
                self.topology.doubt();
                return Err(Failure::unreachable("no node of the cluster serves the slot of a key"));
            };
            part_of(&mut parts, link).add(position, Announced::No, command.command, command.is_repeatable);
        }
        Ok(sealed(parts))
    }

    /// Takes in what the nodes answered, and plans what has to be asked elsewhere.
    fn take(
        &self,
        work: &mut Work,
        parts: Vec<Part>,
        received: Vec<Result<Replies, Failure>>,
    ) -> Result<Vec<Part>, Failure> {
        work.rounds_left = work.rounds_left.saturating_sub(1);
        let mut next = Vec::new();
        let mut failed = None;
        for (part, received) in parts.into_iter().zip(received) {
            match received {
                Ok(replies) => self.take_part(work, part, replies.into_values(), &mut next),
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        match failed {
            None => Ok(sealed(next)),
            Some(failure) => {
                if failure.is_about_the_server() {
                    // another node may have taken its place
                    self.topology.doubt();
                }
                Err(failure)
            }
        }
    }

    fn take_part(&self, work: &mut Work, part: Part, replies: Vec<Value>, next: &mut Vec<Part>) {
        let (mut replies, mut commands) = (replies.into_iter(), part.commands.into_iter());
        for (position, announced) in &part.positions {
            if *announced == Announced::Yes {
                // the announcement has a reply of its own
                let _ = (replies.next(), commands.next());
            }
            let (Some(reply), Some(command)) = (replies.next(), commands.next()) else { return };
            let elsewhere = if work.rounds_left > 0 { self.elsewhere(&reply, &part.link) } else { None };
            match elsewhere {
                Some((link, announced)) => {
                    let is_repeatable = part.request.is_repeatable;
                    part_of(next, &link).add(*position, announced, command, is_repeatable);
                }
                None => {
                    if is_out_of_service(&reply) {
                        self.topology.doubt();
                    }
                    work.replies[*position] = reply;
                }
            }
        }
    }

    /// Where a node says that a command has to go, and whether it is to be announced there.
    fn elsewhere(&self, reply: &Value, asked: &Link) -> Option<(Arc<Link>, Announced)> {
        let Value::ServerError(error) = reply else { return None };
        let announced = match error.kind()? {
            ServerErrorKind::Moved => {
                self.topology.doubt();
                Announced::No
            }
            ServerErrorKind::Ask => Announced::Yes,
            _ => return None,
        };
        let named = named(error.details()?, &asked.protocol().address.place)?;
        Some((self.topology.link(&named)?, announced))
    }
}

impl Work {
    fn new(commands: usize) -> Self {
        Self { replies: vec![Value::Nil; commands], rounds_left: ROUNDS }
    }
}

impl Part {
    fn add(&mut self, position: usize, announced: Announced, command: Cmd, is_repeatable: bool) {
        if announced == Announced::Yes {
            self.commands.push(redis::cmd("ASKING"));
        }
        self.commands.push(command);
        self.request.is_repeatable &= is_repeatable;
        self.positions.push((position, announced));
    }
}

/// The part for this node, a new one if there is none.
fn part_of<'a>(parts: &'a mut Vec<Part>, link: &Arc<Link>) -> &'a mut Part {
    let at = parts.iter().position(|part| Arc::ptr_eq(&part.link, link)).unwrap_or_else(|| {
        parts.push(Part {
            link: Arc::clone(link),
            commands: Vec::new(),
            request: Request::new(true, []),
            positions: Vec::new(),
        });
        parts.len() - 1
    });
    &mut parts[at]
}

/// What is sent, as it is sent. Everybody takes connections of several nodes in the same order, or two threads could wait for each other.
fn sealed(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| Arc::as_ptr(&part.link).addr());
    for part in &mut parts {
        part.request = Request::new(part.request.is_repeatable, &part.commands);
    }
    parts
}

/// The place in `3999 127.0.0.1:6381`.
fn named(details: &str, asked: &Place) -> Option<Place> {
    let (host, port) = details.split_whitespace().nth(1)?.rsplit_once(':')?;
    Some(place(host.trim_matches(['[', ']']), port.parse().ok()?, asked))
}

/// How often a batch is asked: once, and then wherever nodes send it.
const ROUNDS: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirection_names_a_place() {
        let asked = Place::Tcp { host: "here".into(), port: 1 };
        let named = |details| named(details, &asked).map(|place| place.to_string());
        assert_eq!(named("3999 127.0.0.1:6381").as_deref(), Some("127.0.0.1:6381"));
        assert_eq!(named("3999 :6381").as_deref(), Some("here:6381"));
        assert_eq!(named("3999 ::1:6381").as_deref(), Some("[::1]:6381"));
        assert_eq!(named("3999"), None);
    }
}
