//! Which server a command goes to: the one there is, or that of a cluster which owns the key.

use std::sync::Arc;

use larder_core::store_bytes::link::Deadline;
use larder_link::Failure;
use redis::Value;

#[cfg(feature = "cluster")]
use crate::cluster::Cluster;
use crate::{command::Command, protocol::Link, request::Request};

/// The way to the server or the servers.
#[derive(Clone, Debug)]
pub(crate) enum Route {
    Single(Arc<Link>),
    #[cfg(feature = "cluster")]
    Cluster(Arc<Cluster>),
}

impl Route {
    /// The reply to each command, on the calling thread.
    pub(crate) fn ask(&self, commands: Vec<Command>, deadline: Deadline) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Single(link) => Ok(link.call(&whole(&commands), deadline)?.into_values()),
            #[cfg(feature = "cluster")]
            Self::Cluster(cluster) => cluster.ask(commands, deadline),
        }
    }

    /// The same without blocking the task.
    pub(crate) async fn ask_async(
        &self,
        commands: Vec<Command>,
        deadline: Deadline,
    ) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Single(link) => Ok(link.call_async(&whole(&commands), deadline).await?.into_values()),
            #[cfg(feature = "cluster")]
            Self::Cluster(cluster) => cluster.ask_async(commands, deadline).await,
        }
    }

    /// The server, if it is one that has every key.
    pub(crate) fn single(&self) -> Option<&Arc<Link>> {
        match self {
            Self::Single(link) => Some(link),
            #[cfg(feature = "cluster")]
            Self::Cluster(_) => None,
        }
    }

    /// The servers that hold keys.
    pub(crate) fn masters(&self, deadline: Deadline) -> Result<Vec<Arc<Link>>, Failure> {
        let _ = deadline;
        match self {
            Self::Single(link) => Ok(vec![Arc::clone(link)]),
            #[cfg(feature = "cluster")]
            Self::Cluster(cluster) => cluster.masters(deadline),
        }
    }

    /// The same without blocking the task.
    pub(crate) async fn masters_async(&self, deadline: Deadline) -> Result<Vec<Arc<Link>>, Failure> {
        let _ = deadline;
        match self {
            Self::Single(link) => Ok(vec![Arc::clone(link)]),
            #[cfg(feature = "cluster")]
            Self::Cluster(cluster) => cluster.masters_async(deadline).await,
        }
    }

    /// The links that are known now.
    pub(crate) fn links(&self) -> Vec<Arc<Link>> {
        match self {
            Self::Single(link) => vec![Arc::clone(link)],
            #[cfg(feature = "cluster")]
            Self::Cluster(cluster) => cluster.links(),
        }
    }
}

fn whole(commands: &[Command]) -> Request {
    let is_repeatable = commands.iter().all(|command| command.is_repeatable);
    Request::new(is_repeatable, commands.iter().map(|command| &command.command))
}
