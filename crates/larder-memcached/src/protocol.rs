//! How one server is spoken to: what a link of `larder-link` wants to know of memcached.

use std::time::Duration;

use larder_core::store_bytes::link::Deadline;
use larder_link::{Connection as _, Dialled, Failure, Made, Multiplexed, Progress, Protocol};

use crate::{
    address::Address,
    codec::{Reply, Request},
    connection::Connection,
    dialogue::Conversation,
    error::NO_META,
};

/// The link to one server.
pub(crate) type Link = larder_link::Link<Server>;

/// One server, and who asks it.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: Address,
}

impl Protocol for Server {
    type Request = Request;
    type Replies = Vec<Reply>;
    type Connection = Connection;
    type Shared = Multiplexed<Conversation>;

    fn is_repeatable(request: &Request) -> bool {
        request.is_repeatable
    }

    fn trouble(replies: &Vec<Reply>) -> Option<String> {
        replies.iter().find_map(|reply| match reply {
            Reply::Error(words) if words == "ERROR" => Some(NO_META.into()),
            _ => None,
        })
    }

    fn open(&self, usual: Duration, deadline: Deadline) -> Result<Connection, Failure> {
        let mut connection = Connection::new(larder_link::connect(&self.address.place, usual, deadline)?);
        if let Some(login) = &self.address.login {
            // nothing was asked yet, so a connection that ends here was never there
            let replies =
                connection.exchange(&Request::login(login), deadline).map_err(Failure::before_anything)?;
            taken(&replies)?;
        }
        Ok(connection)
    }

    async fn open_shared(&self, within: Duration) -> Result<Made<Multiplexed<Conversation>>, Failure> {
        let Dialled { stream, socket } = larder_link::connect_async(&self.address.place, within).await?;
        let (shared, mut driver) = Multiplexed::new(Conversation::default(), stream);
        if let Some(login) = &self.address.login {
            let request = Request::login(login);
            let replies = driver.until(shared.exchange(&request, None)).await;
            taken(&replies.map_err(Failure::before_anything)?)?;
        }
        Ok(Made { shared, driver: Box::pin(driver), socket })
    }

    async fn exchange(
        shared: &Multiplexed<Conversation>,
        request: &Request,
        progress: &Progress,
    ) -> Result<Vec<Reply>, Failure> {
        shared.exchange(request, Some(progress)).await
    }

    fn is_stuck(shared: &Multiplexed<Conversation>, since: Duration) -> bool {
        shared.is_stuck(since)
    }

    fn is_quiet(shared: &Multiplexed<Conversation>) -> bool {
        shared.is_quiet()
    }

    fn ping(connection: &mut Connection, deadline: Deadline) -> Result<(), Failure> {
        let replies = connection.exchange(&Request::new([], true), deadline)?;
        match Self::trouble(&replies) {
            Some(words) => Err(Failure::refused(words)),
            None => Ok(()),
        }
    }

    fn place(&self) -> String {
        self.address.place.to_string()
    }
}

/// Whether a login was taken.
fn taken(replies: &[Reply]) -> Result<(), Failure> {
    match replies.first() {
        Some(Reply::Error(words)) => Err(Failure::refused(words)),
        _ => Ok(()),
    }
}
