//! A connection of one thread: commands out, as many replies in.
//!
//! Not redis-rs' own: that one reads under a time-out of each system call, so that a slow peer can hold it far beyond any deadline. What it speaks is encoded
//! by redis-rs.

use std::{
    fmt,
    io::{ErrorKind, Write as _},
    time::Duration,
};

use larder_core::store_bytes::link::Deadline;
use redis::{Cmd, Value};

use crate::{
    address::Address,
    command::Request,
    dial::{self, Channel},
    error::{Failure, NO_ANSWER},
    reply::Inbox,
    socket::Stream,
    tls::Tls,
};

/// One connection, past its handshake.
pub(crate) struct Connection {
    channel: Channel,
    inbox: Inbox,
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
        let mut connection = Self { channel, inbox: Inbox::new() };
        connection.log_in(address, deadline)?;
        Ok(connection)
    }

    fn log_in(&mut self, address: &Address, deadline: Deadline) -> Result<(), Failure> {
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
        if commands.is_empty() {
            return Ok(());
        }
        // nothing was asked yet, so a connection that ends here was never there
        let replies =
            self.exchange(&Request::new(true, commands), deadline).map_err(Failure::before_anything)?;
        match replies.iter().find_map(server_error) {
            None => Ok(()),
            Some(error) => Err(Failure::refused(address.redact(&error))),
        }
    }

    /// Sends a request and reads its replies. After a failure the connection is of no use any more.
    pub(crate) fn exchange(&mut self, request: &Request, deadline: Deadline) -> Result<Vec<Value>, Failure> {
        self.send(request, deadline)?;
        self.receive(request.replies(), deadline)
    }

    /// Sends a request.
    pub(crate) fn send(&mut self, request: &Request, deadline: Deadline) -> Result<(), Failure> {
        self.channel.socket().arm(deadline);
        let packed = request.pipeline.get_packed_pipeline();
        let sent = self.channel.write_all(&packed).and_then(|()| self.channel.flush());
        sent.map_err(|error| match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Failure::timed_out(NO_ANSWER),
            _ => Failure::dropped(error),
        })
    }

    /// Reads replies, in the order of the commands.
    pub(crate) fn receive(&mut self, replies: usize, deadline: Deadline) -> Result<Vec<Value>, Failure> {
        self.channel.socket().arm(deadline);
        (0..replies).map(|_| self.next_value()).collect()
    }

    /// Reads one message that comes by itself. When the deadline comes in the midst of one, what has come of it is kept, and reading may go on.
    pub(crate) fn next_message(&mut self, deadline: Deadline) -> Result<Value, Failure> {
        self.channel.socket().arm(deadline);
        self.next_value()
    }

    fn next_value(&mut self) -> Result<Value, Failure> {
        self.inbox.next(&mut self.channel).map_err(|error| match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Failure::timed_out(NO_ANSWER),
            _ => Failure::dropped(error),
        })
    }

    /// Whether the server serves: it may be there and still be loading its data, or want a password.
    pub(crate) fn ping(&mut self, deadline: Deadline) -> Result<(), Failure> {
        let replies = self.exchange(&Request::one(Cmd::new().arg("PING").take()), deadline)?;
        match replies.iter().find(|reply| crate::command::is_out_of_service(reply)).and_then(server_error) {
            None => Ok(()),
            Some(error) => Err(Failure::refused(error)),
        }
    }

    /// Whether the server has closed it meanwhile. Cost: three system calls.
    pub(crate) fn is_stale(&mut self) -> bool {
        self.channel.socket().is_stale()
    }

    /// How many bytes have come so far.
    pub(crate) fn received(&mut self) -> u64 {
        self.channel.socket().received()
    }

    /// A handle to end it from elsewhere.
    pub(crate) fn handle(&mut self) -> std::io::Result<Stream> {
        self.channel.socket().handle()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Connection").finish_non_exhaustive()
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
