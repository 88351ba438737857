//! A connection of one thread: commands out, as many replies in.
//!
//! Not redis-rs' own: that one reads under a time-out of each system call, so that a slow peer can hold it far beyond any deadline. What it speaks is encoded
//! by redis-rs.

use std::{fmt, io::Write as _, time::Duration};

use larder_core::store_bytes::link::Deadline;
use larder_link::{Connection as _, Failure, Handle};
use redis::Value;

use crate::{
    address::Address,
    dial::{self, Channel},
    reply::{self, CHUNK, Inbox},
    request::{Piece, Replies, Request},
    tls::Tls,
};

/// One connection, past its handshake.
pub(crate) struct Connection {
    channel: Channel,
    inbox: Inbox,
    chunk: Box<[u8]>,
}

impl Connection {
    /// Connects and logs in. `usual` is how long operations may take.
    pub(crate) fn open(
        address: &Address,
        tls: &Tls,
        usual: Duration,
        deadline: Deadline,
    ) -> Result<Self, Failure> {
        let channel = dial::connect(address, tls, usual, deadline)?;
        let mut connection = Self { channel, inbox: Inbox::default(), chunk: vec![0; CHUNK].into() };
        connection.log_in(address, deadline)?;
        Ok(connection)
    }

    fn log_in(&mut self, address: &Address, deadline: Deadline) -> Result<(), Failure> {
        let Some(request) = login(address) else { return Ok(()) };
        // nothing was asked yet, so a connection that ends here was never there
        logged_in(address, &self.exchange(&request, deadline).map_err(Failure::before_anything)?)
    }

    /// Reads one message that comes by itself. When the deadline comes in the midst of one, what has come of it is kept, and reading may go on.
    pub(crate) fn next_message(&mut self, deadline: Deadline) -> Result<Value, Failure> {
        self.channel.socket().arm(deadline);
        self.next_value()
    }

    fn next_value(&mut self) -> Result<Value, Failure> {
        let Self { channel, inbox, chunk } = self;
        inbox.next_of(channel, chunk, reply::value).map_err(|error| Failure::of_exchange(&error))
    }

    /// How many bytes have come so far.
    pub(crate) fn received(&mut self) -> u64 {
        self.channel.socket().received()
    }

    /// A handle to end it from elsewhere.
    pub(crate) fn handle(&mut self) -> std::io::Result<Handle> {
        self.channel.socket().handle()
    }
}

impl larder_link::Connection for Connection {
    type Request = Request;
    type Replies = Replies;

    fn send(&mut self, request: &Request, deadline: Deadline) -> Result<(), Failure> {
        self.channel.socket().arm(deadline);
        let mut packed = Vec::new();
        request.write(&mut packed);
        let sent = self.channel.write_all(&packed).and_then(|()| self.channel.flush());
        sent.map_err(|error| Failure::of_exchange(&error))
    }

    /// In the order of the commands.
    fn receive(&mut self, request: &Request, deadline: Deadline) -> Result<Replies, Failure> {
        self.channel.socket().arm(deadline);
        match &request.piece {
            Piece::Commands { replies, .. } => {
                (0..*replies).map(|_| self.next_value()).collect::<Result<_, _>>().map(Replies::Values)
            }
            Piece::Read { read, .. } => {
                let Self { channel, inbox, chunk } = self;
                let replies = inbox.next_of(channel, chunk, |reply| read.replies(reply));
                replies.map_err(|error| Failure::of_exchange(&error))
            }
        }
    }

    fn is_stale(&mut self) -> bool {
        self.channel.socket().is_stale()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// What has to be said first on a connection, if anything.
pub(crate) fn login(address: &Address) -> Option<Request> {
    let login = &address.login;
    let mut commands = Vec::new();
    if let Some(password) = login.password() {
        let mut command = redis::cmd("AUTH");
        if let Some(user) = login.username() {
            command.arg(user);
        }
        command.arg(password);
        commands.push(command);
    }
    if login.db() != 0 {
        let mut command = redis::cmd("SELECT");
        command.arg(login.db());
        commands.push(command);
    }
    if commands.is_empty() { None } else { Some(Request::new(true, &commands)) }
}

/// Whether the server took it.
pub(crate) fn logged_in(address: &Address, replies: &Replies) -> Result<(), Failure> {
    match replies.refusal() {
        None => Ok(()),
        Some(words) => Err(Failure::refused(address.redact(&words))),
    }
}

/// The words of a reply that is an error.
pub(crate) fn server_error(reply: &Value) -> Option<String> {
    match reply {
        Value::ServerError(error) => {
            Some(format!("{} {}", error.code(), error.details().unwrap_or_default()))
        }
        _ => None,
    }
}
