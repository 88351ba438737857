//! How one server is spoken to: what a link of `larder-link` wants to know of Redis.

use std::{sync::Arc, time::Duration};

use larder_core::store_bytes::link::Deadline;
use larder_link::{Dialled, Failure, Made, Multiplexed, Progress, Protocol};
use redis::Cmd;

use crate::{
    address::Address,
    connection::{Connection, logged_in, login},
    dial,
    dialogue::Conversation,
    request::{Replies, Request},
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
        Arc::new(Link::new(Server { address, tls: self.tls.clone() }, self.link))
    }
}

/// One server, and who asks it.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: Address,
    tls: Tls,
}

impl Protocol for Server {
    type Request = Request;
    type Replies = Replies;
    type Connection = Connection;
    type Shared = Multiplexed<Conversation>;

    fn is_repeatable(request: &Request) -> bool {
        request.is_repeatable
    }

    fn trouble(replies: &Replies) -> Option<String> {
        replies.trouble()
    }

    fn open(&self, usual: Duration, deadline: Deadline) -> Result<Connection, Failure> {
        Connection::open(&self.address, &self.tls, usual, deadline)
    }

    async fn open_shared(&self, within: Duration) -> Result<Made<Multiplexed<Conversation>>, Failure> {
        let Dialled { stream, socket } = dial::connect_async(&self.address, &self.tls, within).await?;
        let (shared, mut driver) = Multiplexed::new(Conversation::default(), stream);
        if let Some(request) = login(&self.address) {
            let replies = driver.until(shared.exchange(&request, None)).await;
            logged_in(&self.address, &replies.map_err(Failure::before_anything)?)?;
        }
        Ok(Made { shared, driver: Box::pin(driver), socket })
    }

    async fn exchange(
        shared: &Multiplexed<Conversation>,
        request: &Request,
        progress: &Progress,
    ) -> Result<Replies, Failure> {
        shared.exchange(request, Some(progress)).await
    }

    fn is_stuck(shared: &Multiplexed<Conversation>, since: Duration) -> bool {
        shared.is_stuck(since)
    }

    fn is_quiet(shared: &Multiplexed<Conversation>) -> bool {
        shared.is_quiet()
    }

    fn ping(connection: &mut Connection, deadline: Deadline) -> Result<(), Failure> {
        let ping = Request::one(Cmd::new().arg("PING"));
        let replies = larder_link::Connection::exchange(connection, &ping, deadline)?;
        Self::trouble(&replies).map_or(Ok(()), |words| Err(Failure::refused(words)))
    }

    fn place(&self) -> String {
        self.address.place.to_string()
    }
}
