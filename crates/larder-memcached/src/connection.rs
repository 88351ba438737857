//! A connection of one thread: commands out, as many replies in.

use std::io::{Read as _, Write as _};

use larder_core::store_bytes::link::Deadline;
use larder_link::{CLOSED, Failure, Socket, UNASKED};

use crate::codec::{Decoder, Reply, Request};

/// One connection, past its login.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: Socket,
    decoder: Decoder,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(socket: Socket) -> Self {
        Self { socket, decoder: Decoder::default(), buffer: vec![0; BUFFER] }
    }

    /// Sends bytes that are no request.
    pub(crate) fn write(&mut self, bytes: &[u8], deadline: Deadline) -> Result<(), Failure> {
        self.socket.arm(deadline);
        self.socket.write_all(bytes).map_err(|error| Failure::of_exchange(&error))
    }

    /// What comes next, at least one byte.
    pub(crate) fn read(&mut self, deadline: Deadline) -> Result<&[u8], Failure> {
        self.socket.arm(deadline);
        match self.socket.read(&mut self.buffer).map_err(|error| Failure::of_exchange(&error))? {
            0 => Err(Failure::dropped(CLOSED)),
            read => Ok(&self.buffer[..read]),
        }
    }
}

impl larder_link::Connection for Connection {
    type Request = Request;
    type Replies = Vec<Reply>;

    fn send(&mut self, request: &Request, deadline: Deadline) -> Result<(), Failure> {
        self.write(&request.bytes, deadline)
    }

    fn receive(&mut self, request: &Request, deadline: Deadline) -> Result<Vec<Reply>, Failure> {
        self.socket.arm(deadline);
        let mut replies = Vec::with_capacity(request.expected.len());
        for expected in request.expected.iter() {
            loop {
                if let Some(reply) = self.decoder.next(*expected)? {
                    replies.push(reply);
                    break;
                }
                match self.socket.read(&mut self.buffer).map_err(|error| Failure::of_exchange(&error))? {
                    0 => return Err(Failure::dropped(CLOSED)),
                    read => self.decoder.feed(&self.buffer[..read]),
                }
            }
        }
        if self.decoder.is_empty() { Ok(replies) } else { Err(Failure::dropped(UNASKED)) }
    }

    fn is_stale(&mut self) -> bool {
        self.socket.is_stale()
    }
}

/// How much is read at once.
const BUFFER: usize = 32 * 1024;
