//! Which server each command goes to, and asking them all at once.

use std::sync::Arc;

use futures_util::future::join_all;
use larder_core::store_bytes::link::Deadline;
use larder_link::Failure;

use crate::{
    codec::{Reply, Request},
    protocol::Link,
    ring::Ring,
    work::{Asked, Positions},
};

/// The way to the servers.
#[derive(Debug)]
pub(crate) struct Route {
    links: Vec<Arc<Link>>,
    ring: Ring,
}

/// What goes to one server.
#[derive(Debug)]
pub(crate) struct Part {
    link: Arc<Link>,
    request: Request,
}

impl Route {
    pub(crate) fn new(links: Vec<Arc<Link>>) -> Self {
        let ring = Ring::new(links.iter().map(|link| &link.protocol().address.place));
        Self { links, ring }
    }

    pub(crate) fn links(&self) -> &[Arc<Link>] {
        &self.links
    }

    /// One request for each server that has a key of the round, and whose operations are in it. They are in the order of the servers, so that two threads never
    /// wait for each other's connections.
    pub(crate) fn parts(&self, round: &[Asked<'_>]) -> (Vec<Part>, Vec<Positions>) {
        let mut of_servers: Vec<Vec<&Asked<'_>>> = vec![Vec::new(); self.links.len()];
        for asked in round {
            of_servers[self.ring.server(asked.key)].push(asked);
        }
        let asked = self.links.iter().zip(of_servers).filter(|(_, asked)| !asked.is_empty());
        let part = |(link, asked): (&Arc<Link>, Vec<&Asked<'_>>)| {
            let commands = asked.iter().flat_map(|asked| asked.commands());
            let request = Request::new(commands, asked.iter().all(|asked| asked.is_repeatable));
            let positions = asked.iter().map(|asked| (asked.at, asked.verbs.len())).collect();
            (Part { link: Arc::clone(link), request }, positions)
        };
        asked.map(part).unzip()
    }
}

/// What each server answers, on the calling thread; all of them work at the same time.
pub(crate) fn ask(parts: &[Part], deadline: Deadline) -> Vec<Result<Vec<Reply>, Failure>> {
    let sent: Vec<_> = parts.iter().map(|part| part.link.send(&part.request, deadline)).collect();
    let received =
        parts.iter().zip(sent).map(|(part, sent)| part.link.receive(sent?, &part.request, deadline));
    received.collect()
}

/// The same without blocking the task.
pub(crate) async fn ask_async(parts: &[Part], deadline: Deadline) -> Vec<Result<Vec<Reply>, Failure>> {
    if let [part] = parts {
        return vec![part.link.call_async(&part.request, deadline).await];
    }
    join_all(parts.iter().map(|part| part.link.call_async(&part.request, deadline))).await
}
