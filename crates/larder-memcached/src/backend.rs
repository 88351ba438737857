//! The store itself.

use std::{fmt, sync::Arc, time::Duration};

use larder_core::store_bytes::{
    Answers, BoxFuture, Capabilities, Operation, Store, StoreError, link::Deadline,
};
use larder_link::{ConfigError, Failure};

use crate::{
    builder::MemcachedBuilder,
    clear,
    codec::Reply,
    error::{NAME, store_error},
    keyspace::Keyspace,
    route::{self, Part, Route},
    work::{Positions, Work},
};

/// memcached as a store: one server or several, each with its share of the keys. Clones share connections.
///
/// - A batch is one round trip to each server that has a key of it, all at once. Numbers that change and values that are removed if they are these may take more,
///   as they are read first.
/// - Every operation ends within the [deadline](MemcachedBuilder::deadline), connecting included.
/// - A server that did not answer in time, or failed five times in a row at once, is not asked until it answers a probe in the background. Until then what it
///   alone would know is missing, or an error where no server answers or something is to be changed.
/// - Nothing it prints or reports holds a password.
///
/// The async half may be awaited on any executor. On a tokio runtime (with `enable_all`) it uses a connection of that runtime; elsewhere it works on a thread of its own.
#[derive(Clone)]
pub struct Memcached {
    inner: Arc<Inner>,
}

struct Inner {
    route: Route,
    keyspace: Keyspace,
    deadline: Duration,
    largest_value: usize,
}

/// How a store's servers are, as far as it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Whether every server is asked. `false` while one of them is known to be gone.
    pub is_available: bool,
    /// How often a server was found to be gone.
    pub outages: u64,
    /// What went wrong last, if anything did.
    pub last_trouble: Option<String>,
}

impl Memcached {
    /// A store at this URL: `memcached://[user:password@]host[:port]`, with further servers after commas, or `unix:///path`. A user and a password are for
    /// servers that were started with `-Y`, and are sent as they are: there is no encryption.
    ///
    /// # Errors
    ///
    /// When the URL is none of these; the message does not repeat the password.
    pub fn builder(url: &str) -> Result<MemcachedBuilder, ConfigError> {
        MemcachedBuilder::new(url)
    }

    /// The same at the URL that `LARDER_MEMCACHED_URL` says.
    ///
    /// # Errors
    ///
    /// When it is not set, or malformed; the message names it.
    pub fn builder_from_env() -> Result<MemcachedBuilder, ConfigError> {
        MemcachedBuilder::from_env()
    }

    /// The store at the URL that `LARDER_MEMCACHED_URL` says, with everything else as it is by itself.
    ///
    /// # Errors
    ///
    /// As [`builder_from_env`](Self::builder_from_env).
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(MemcachedBuilder::from_env()?.build())
    }

    pub(crate) fn new(route: Route, keyspace: Keyspace, deadline: Duration, largest_value: usize) -> Self {
        Self { inner: Arc::new(Inner { route, keyspace, deadline, largest_value }) }
    }

    /// How its servers are, as far as it knows without asking.
    #[must_use]
    pub fn health(&self) -> Health {
        let links = self.inner.route.links();
        Health {
            is_available: !links.iter().any(|link| link.breaker().is_open()),
            outages: links.iter().map(|link| link.breaker().openings()).sum(),
            last_trouble: links.iter().find_map(|link| link.last_trouble()).map(|text| text.to_string()),
        }
    }
}

impl Inner {
    /// A server that refuses a value for its size has already forgotten the one before.
    fn check(&self, batch: &[Operation]) -> Result<(), StoreError> {
        let is_too_large = |operation: &Operation| match operation {
            Operation::Put { value, .. } | Operation::PutIfAbsent { value, .. } => {
                value.len() > self.largest_value
            }
            _ => false,
        };
        if batch.iter().any(is_too_large) { Err(StoreError::too_large(NAME)) } else { Ok(()) }
    }

    /// Removes on every server that can be reached, also when one cannot.
    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        let beginning = self.keyspace.beginning(prefix).ok_or_else(|| {
            StoreError::unsupported(NAME)
                .with("of long keys only the beginning is known, and this one is longer than that")
        })?;
        let cleared: Vec<_> =
            self.route.links().iter().map(|link| clear::clear(link, &beginning, self.deadline)).collect();
        cleared.into_iter().sum()
    }
}

fn take(
    work: &mut Work<'_>,
    positions: Vec<Positions>,
    replies: Vec<Result<Vec<Reply>, Failure>>,
) -> Result<(), StoreError> {
    debug_assert_eq!(positions.len(), replies.len(), "each server has one outcome");
    positions.into_iter().zip(replies).try_for_each(|(positions, replies)| work.take(&positions, replies))
}

/// Asks where there is a tokio runtime: on the caller's, or on a thread of ours.
async fn ask_anywhere(parts: Vec<Part>, deadline: Deadline) -> Vec<Result<Vec<Reply>, Failure>> {
    if larder_link::is_on_runtime() {
        return route::ask_async(&parts, deadline).await;
    }
    let servers = parts.len();
    let asked = larder_link::on_runtime(async move { Ok(route::ask_async(&parts, deadline).await) }).await;
    asked.unwrap_or_else(|failure| vec![Err(failure); servers])
}

impl Store for Memcached {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
            .pipelines()
            .lists()
            .shared()
            .longest_key(self.inner.keyspace.longest())
            .largest_value(self.inner.largest_value)
            .resolution(Duration::from_secs(1))
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        let (inner, deadline) = (&self.inner, Deadline::after(self.inner.deadline));
        inner.check(batch)?;
        let mut work = Work::new(batch, &inner.keyspace);
        loop {
            let (parts, positions) = inner.route.parts(&work.round());
            if parts.is_empty() {
                return work.answers();
            }
            take(&mut work, positions, route::ask(&parts, deadline))?;
        }
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async move {
            let (inner, deadline) = (&self.inner, Deadline::after(self.inner.deadline));
            inner.check(batch)?;
            let mut work = Work::new(batch, &inner.keyspace);
            loop {
                let (parts, positions) = inner.route.parts(&work.round());
                if parts.is_empty() {
                    return work.answers();
                }
                take(&mut work, positions, ask_anywhere(parts, deadline).await)?;
            }
        })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.inner.clear(prefix)
    }

    /// On a thread of its own, since there is one connection for it alone.
    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        let (inner, prefix) = (Arc::clone(&self.inner), prefix.to_owned());
        Box::pin(async move {
            let (tell, cleared) = tokio::sync::oneshot::channel();
            let clear = move || drop(tell.send(inner.clear(&prefix)));
            let no_thread = || store_error(Failure::unreachable("no thread can be had to clear on"));
            std::thread::Builder::new().name("larder-clear".into()).spawn(clear).map_err(|_| no_thread())?;
            cleared.await.unwrap_or_else(|_| Err(no_thread()))
        })
    }
}

impl fmt::Debug for Memcached {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places: Vec<String> =
            self.inner.route.links().iter().map(|link| link.protocol().address.place.to_string()).collect();
        out.debug_struct("Memcached")
            .field("places", &places)
            .field("health", &self.health())
            .finish_non_exhaustive()
    }
}
