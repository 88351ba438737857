//! How one server is spoken to: what a link of `larder-link` wants to know of Redis.

use std::{sync::Arc, time::Duration};

use larder_core::store_bytes::link::Deadline;
use larder_link::{Dialled, Failure, Made, Progress, Protocol};
use redis::{AsyncConnectionConfig, Cmd, Value, aio::MultiplexedConnection};

use crate::{
    address::Address,
    command::{Request, is_out_of_service},
    connection::{Connection, server_error},
    dial, error,
    gather::Gather,
    tls::Tls,
};

/// The link to one server.
pub(crate) type Link = larder_link::Link<Server>;

/// What a user may set.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) link: larder_link::Settings,
    pub(crate) tls: Tls,
}

impl Settings {
    /// A link to a server at this address.
    pub(crate) fn link(&self, address: Address) -> Arc<Link> {
        Arc::new(Link::new(
            Server { address, tls: self.tls.clone(), deadline: self.link.deadline },
            self.link,
        ))
    }
}

/// One server, and who asks it.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: Address,
    tls: Tls,
    /// How long operations may take.
    deadline: Duration,
}

/// A connection that tasks share.
pub(crate) struct Shared {
    connection: MultiplexedConnection,
    reads: Arc<Gather>,
}

impl Protocol for Server {
    type Request = Request;
    type Replies = Vec<Value>;
    type Connection = Connection;
    type Shared = Shared;

    fn is_repeatable(request: &Request) -> bool {
        request.is_repeatable
    }

    fn trouble(replies: &Vec<Value>) -> Option<String> {
        replies.iter().find(|reply| is_out_of_service(reply)).and_then(server_error)
    }

    fn open(&self, usual: Duration, deadline: Deadline) -> Result<Connection, Failure> {
        Connection::open(&self.address, &self.tls, usual, deadline)
    }

    async fn open_shared(&self, within: Duration) -> Result<Made<Shared>, Failure> {
        let Dialled { stream, socket } = dial::connect_async(&self.address, &self.tls, within).await?;
        // deadlines are ours
        let config = AsyncConnectionConfig::new().set_response_timeout(None).set_connection_timeout(None);
        let made = MultiplexedConnection::new_with_config(&self.address.login, stream, config).await;
        let (connection, driver) =
            made.map_err(|error| error::of_handshake(&error, |text| self.address.redact(text)))?;
        let reads = Arc::new(Gather::new(connection.clone(), self.deadline));
        let shared = Shared { connection, reads };
        Ok(Made { shared, driver: Box::pin(driver), socket })
    }

    /// Dropping this future loses nothing: the replies are taken off the connection all the same.
    async fn exchange(
        shared: &Shared,
        request: &Request,
        progress: &Progress,
    ) -> Result<Vec<Value>, Failure> {
        if let Some(command) = request.as_read() {
            return Ok(vec![shared.reads.read(command, progress).await?]);
        }
        let mut connection = shared.connection.clone();
        let replies = connection.send_packed_commands(&request.pipeline, 0, request.replies()).await;
        replies.map_err(|error| error::of_exchange(&error))
    }

    fn ping(connection: &mut Connection, deadline: Deadline) -> Result<(), Failure> {
        let ping = Request::one(Cmd::new().arg("PING").take());
        let replies = larder_link::Connection::exchange(connection, &ping, deadline)?;
        Self::trouble(&replies).map_or(Ok(()), |words| Err(Failure::refused(words)))
    }

    fn place(&self) -> String {
        self.address.place.to_string()
    }
}
