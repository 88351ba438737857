//! What tasks say to one server on a connection they share, and what it says to them.

use std::{collections::VecDeque, mem, sync::Arc};

use larder_link::{Asker, Dialogue, Failure, Question, Questions, Told, UNASKED};

use crate::codec::{Decoder, Expected, Reply, Request};

/// The dialogue on one connection.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    decoder: Decoder,
    /// What was sent and awaits its replies, the first one first.
    sent: VecDeque<Sent>,
}

/// A request that is on its way, with what has come of it.
#[derive(Debug)]
struct Sent {
    expected: Arc<Vec<Expected>>,
    replies: Vec<Reply>,
    asker: Asker<Vec<Reply>>,
}

impl Dialogue for Conversation {
    type Request = Request;
    type Replies = Vec<Reply>;

    fn send(&mut self, questions: &mut Questions<Self>, out: &mut Vec<u8>) {
        let Some(Question { request, asker }) = questions.take() else { return };
        out.extend_from_slice(&request.bytes);
        let replies = Vec::with_capacity(request.expected.len());
        self.sent.push_back(Sent { expected: request.expected, replies, asker });
    }

    fn receive(
        &mut self,
        bytes: &[u8],
        _: &mut Questions<Self>,
        told: &mut Told<Vec<Reply>>,
    ) -> Result<(), Failure> {
        self.decoder.feed(bytes);
        while let Some(first) = self.sent.front_mut() {
            while let Some(expected) = first.expected.get(first.replies.len()) {
                match self.decoder.next(*expected)? {
                    Some(reply) => first.replies.push(reply),
                    None => return Ok(()),
                }
            }
            told.extend(self.sent.pop_front().map(|sent| (sent.asker, Ok(sent.replies))));
        }
        if self.decoder.is_empty() { Ok(()) } else { Err(Failure::dropped(UNASKED)) }
    }

    fn is_waiting(&self) -> bool {
        !self.sent.is_empty()
    }

    fn end(&mut self) -> Vec<Asker<Vec<Reply>>> {
        mem::take(self).sent.into_iter().map(|sent| sent.asker).collect()
    }
}
