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
    command::Request,
    dial::{self, Channel},
    reply::Inbox,
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

    /// Reads one message that comes by itself. When the deadline comes in the midst of one, what has come of it is kept, and reading may go on.
    pub(crate) fn next_message(&mut self, deadline: Deadline) -> Result<Value, Failure> {
        self.channel.socket().arm(deadline);
        self.next_value()
    }

    fn next_value(&mut self) -> Result<Value, Failure> {
        self.inbox.next(&mut self.channel).map_err(|error| Failure::of_exchange(&error))
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
    type Replies = Vec<Value>;

    fn send(&mut self, request: &Request, deadline: Deadline) -> Result<(), Failure> {
        self.channel.socket().arm(deadline);
        let packed = request.pipeline.get_packed_pipeline();
        let sent = self.channel.write_all(&packed).and_then(|()| self.channel.flush());
        sent.map_err(|error| Failure::of_exchange(&error))
    }

    /// In the order of the commands.
    fn receive(&mut self, request: &Request, deadline: Deadline) -> Result<Vec<Value>, Failure> {
        self.channel.socket().arm(deadline);
        (0..request.replies()).map(|_| self.next_value()).collect()
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

/// The words of a reply that is an error.
pub(crate) fn server_error(reply: &Value) -> Option<String> {
    match reply {
        Value::ServerError(error) => {
            Some(format!("{} {}", error.code(), error.details().unwrap_or_default()))
        }
        _ => None,
    }
}
