//! What tasks say to one server on a connection they share, and what it says to them.
//!
//! Reads that wait to be sent at the same time go as one command, and what several of them want to know is asked once. Each read is still answered by what the server said after it began.

use std::{collections::VecDeque, io, mem, sync::Arc};

use larder_core::store_bytes::Answer;
use larder_link::{Asker, Dialogue, Failure, Question, Questions, Told, UNASKED};
use redis::Value;

use crate::{
    reply::{self, Inbox, texts},
    request::{Piece, Read, Replies, Request, Wanted, begin_read},
};

/// The dialogue on one connection.
#[derive(Default)]
pub(crate) struct Conversation {
    inbox: Inbox,
    /// What was sent and awaits its replies, the first one first.
    sent: VecDeque<Sent>,
    together: Together,
}

/// What was sent in one piece, with what has come of it.
enum Sent {
    Commands { left: usize, values: Vec<Value>, asker: Asker<Replies> },
    Read { read: Arc<Read>, replies: Option<Replies>, asker: Asker<Replies> },
    Together { members: Vec<Member>, wanted: Vec<Wanted>, came: Came },
}

/// A read that goes together with others.
struct Member {
    read: Arc<Read>,
    /// Where its keys are in the common reply.
    positions: Vec<usize>,
    asker: Asker<Replies>,
}

/// What has come for reads that went together.
enum Came {
    Nothing,
    /// To each of them.
    Replies(Vec<Replies>),
    /// A refusal, which may concern a key of one of them.
    Refusal,
}

impl Dialogue for Conversation {
    type Request = Request;
    type Replies = Replies;

    fn send(&mut self, questions: &mut Questions<Self>, out: &mut Vec<u8>) {
        let Some(Question { request, asker }) = questions.take() else { return };
        if let Some(read) = request.in_company()
            && let Some((next, next_asker)) = questions.take_if(in_company)
        {
            self.together.clear();
            let mut members = Vec::with_capacity(MANY);
            members.push(self.together.add(Arc::clone(read), asker, None));
            members.push(self.together.add(next, next_asker, members.last()));
            while members.len() < MOST
                && !self.together.is_large()
                && let Some((next, asker)) = questions.take_if(in_company)
            {
                members.push(self.together.add(next, asker, members.last()));
            }
            self.together.write(out);
            let wanted = self.together.keys.iter().map(|(_, wanted)| *wanted).collect();
            self.sent.push_back(Sent::Together { members, wanted, came: Came::Nothing });
            return;
        }
        request.write(out);
        self.sent.push_back(match request.piece {
            Piece::Commands { replies, .. } => {
                Sent::Commands { left: replies, values: Vec::with_capacity(replies), asker }
            }
            Piece::Read { read, .. } => Sent::Read { read, replies: None, asker },
        });
    }

    fn receive(
        &mut self,
        bytes: &[u8],
        questions: &mut Questions<Self>,
        told: &mut Told<Replies>,
    ) -> Result<(), Failure> {
        self.inbox.feed(bytes);
        while let Some(first) = self.sent.front_mut() {
            if !first.take(&mut self.inbox).map_err(|error| Failure::of_exchange(&error))? {
                return Ok(());
            }
            if let Some(first) = self.sent.pop_front() {
                first.tell(questions, told);
            }
        }
        if self.inbox.is_empty() { Ok(()) } else { Err(Failure::dropped(UNASKED)) }
    }

    fn is_waiting(&self) -> bool {
        !self.sent.is_empty()
    }

    fn end(&mut self) -> Vec<Asker<Replies>> {
        mem::take(self).sent.into_iter().flat_map(Sent::into_askers).collect()
    }
}

impl Sent {
    /// Takes what has come of its replies; says whether that is all.
    fn take(&mut self, inbox: &mut Inbox) -> io::Result<bool> {
        match self {
            Self::Commands { left, values, .. } => {
                while *left > 0 {
                    let Some(value) = inbox.next(reply::value)? else { return Ok(false) };
                    values.push(value);
                    *left -= 1;
                }
                Ok(true)
            }
            Self::Read { read, replies, .. } => {
                *replies = inbox.next(|reply| read.replies(reply))?;
                Ok(replies.is_some())
            }
            Self::Together { members, wanted, came } => {
                match inbox.next(|reply| Came::read(members, wanted, reply))? {
                    Some(all) => {
                        *came = all;
                        Ok(true)
                    }
                    None => Ok(false),
                }
            }
        }
    }

    /// All has come.
    fn tell(self, questions: &mut Questions<Conversation>, told: &mut Told<Replies>) {
        match self {
            Self::Commands { values, asker, .. } => told.push((asker, Ok(Replies::Values(values)))),
            Self::Read { replies, asker, .. } => {
                told.extend(replies.map(|replies| (asker, Ok(replies))));
            }
            Self::Together { members, came: Came::Replies(replies), .. } => {
                let askers = members.into_iter().map(|member| member.asker);
                told.extend(askers.zip(replies.into_iter().map(Ok)));
            }
            Self::Together { members, .. } => {
                for Member { read, asker, .. } in members {
                    questions.again(Request::alone(read), asker);
                }
            }
        }
    }

    fn into_askers(self) -> Vec<Asker<Replies>> {
        match self {
            Self::Commands { asker, .. } | Self::Read { asker, .. } => vec![asker],
            Self::Together { members, .. } => members.into_iter().map(|member| member.asker).collect(),
        }
    }
}

impl Came {
    fn read(members: &[Member], wanted: &[Wanted], reply: &[u8]) -> io::Result<Self> {
        let mut all = Vec::with_capacity(wanted.len());
        let came = texts(reply, |text| all.extend(wanted.get(all.len()).map(|wanted| wanted.answer(text))))?;
        match came {
            Ok(count) if count == wanted.len() => {}
            Ok(_) => return Err(io::ErrorKind::InvalidData.into()),
            Err(_) => return Ok(Self::Refusal),
        }
        let mut replies = Vec::with_capacity(members.len());
        for (member, next) in members.iter().zip(members.iter().skip(1).map(Some).chain([None])) {
            let mut answers = Vec::with_capacity(member.positions.len());
            for (place, at) in member.positions.iter().enumerate() {
                let is_shared = next.is_some_and(|next| next.positions.get(place) == Some(at));
                answers.push(if is_shared { all[*at].clone() } else { take(&mut all[*at]) });
            }
            replies.push(Replies::Answers(answers));
        }
        Ok(Self::Replies(replies))
    }
}

/// The read that may go together with others.
fn in_company(request: &Request) -> Option<Arc<Read>> {
    request.in_company().cloned()
}

/// Takes an answer that nobody else wants.
fn take(answer: &mut Answer) -> Answer {
    mem::replace(answer, Answer::Number(None))
}

/// The keys of reads that go as one command.
#[derive(Default)]
struct Together {
    /// As arguments, one after the other.
    arguments: Vec<u8>,
    /// Where each of them ends, and what is wanted of it.
    keys: Vec<(usize, Wanted)>,
}

impl Together {
    fn clear(&mut self) {
        self.arguments.clear();
        self.arguments.shrink_to(2 * LARGE);
        self.keys.clear();
        self.keys.shrink_to(2 * LARGE / SHORTEST);
    }

    /// Whether it is enough for one command.
    fn is_large(&self) -> bool {
        self.arguments.len() >= LARGE || self.keys.len() >= LARGE / SHORTEST
    }

    /// What a member wants to know at the same place as the one before it, as the records of a cache and a function and the sequence, is asked for once.
    fn add(&mut self, read: Arc<Read>, asker: Asker<Replies>, before: Option<&Member>) -> Member {
        let before = before.map_or(&[][..], |member| &member.positions);
        let mut positions = Vec::with_capacity(read.len());
        for (at, (argument, wanted)) in read.keys().enumerate() {
            let known = before.get(at).copied().filter(|known| {
                let start = known.checked_sub(1).map_or(0, |last| self.keys[last].0);
                let (end, known) = self.keys[*known];
                known == wanted && &self.arguments[start..end] == argument
            });
            positions.push(known.unwrap_or_else(|| {
                self.arguments.extend_from_slice(argument);
                self.keys.push((self.arguments.len(), wanted));
                self.keys.len() - 1
            }));
        }
        Member { read, positions, asker }
    }

    fn write(&self, out: &mut Vec<u8>) {
        begin_read(self.keys.len(), out);
        out.extend_from_slice(&self.arguments);
    }
}

/// So many reads go together, so that a server with a single thread is not held up by one command for long.
const MOST: usize = 128;

/// For the same reason, no more are added to so many bytes of keys, ...
const LARGE: usize = 64 * 1024;

/// ... or as many keys as would be if each had so few.
const SHORTEST: usize = 64;

/// There is room for so many at once.
const MANY: usize = 16;

#[cfg(test)]
mod tests;
