//! The store itself.

use std::{fmt, sync::Arc, time::Duration};

use larder_core::store_bytes::{
    self, Answer, Answers, BoxFuture, Capabilities, Listener, Notice, Operation, Store, StoreError,
    link::Deadline,
};
use larder_link::{ConfigError, Failure};
use redis::Value;

use crate::{
    address::Address,
    builder::RedisBuilder,
    clear::{Walk, removed},
    command::{Command, Scripts, answer, command, commands, is_unknown_script},
    error::{NAME, store_error},
    keyspace::Keyspace,
    protocol::Settings,
    request::{Replies, Request},
    route::Route,
    watch::{Channel, Watch},
};

/// Redis, or Valkey, as a store: one server or a cluster. Clones share connections.
///
/// - A batch is one round trip; on a cluster one for each node that owns a key of it, all at once. Reads of one server are one `MGET`, also those of several tasks that read at the same time.
/// - Every operation ends within the [deadline](RedisBuilder::deadline), connecting included.
/// - A server that did not answer in time, or failed five times in a row at once, is not asked until it answers a probe in the background. Until then operations
///   fail at once.
/// - Every key that is written expires.
/// - Nothing it prints or reports holds a password.
///
/// The async half may be awaited on any executor. On a tokio runtime (with `enable_all`) it uses a connection of that runtime; elsewhere it works on a thread of its own.
#[derive(Clone)]
pub struct Redis {
    inner: Arc<Inner>,
}

struct Inner {
    route: Route,
    keyspace: Keyspace,
    deadline: Duration,
    addresses: Vec<Address>,
    settings: Settings,
    channel: Channel,
}

/// How a store's servers are, as far as it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Whether every server it knows is asked. `false` while one of them is known to be gone.
    pub is_available: bool,
    /// How often a server was found to be gone.
    pub outages: u64,
    /// What went wrong last, if anything did.
    pub last_trouble: Option<String>,
}

impl Redis {
    /// A store at this URL: `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS (feature `tls`), `unix:///path[?db=..&user=..&pass=..]`, or
    /// `redis+cluster://[user:password@]host:port,host:port` for a cluster (feature `cluster`; `rediss+cluster://` with TLS). `valkey` may stand for `redis`.
    ///
    /// # Errors
    ///
    /// When the URL is none of these; the message does not repeat the password.
    pub fn builder(url: &str) -> Result<RedisBuilder, ConfigError> {
        RedisBuilder::new(url)
    }

    /// The same at the URL that `LARDER_REDIS_URL` says, or else `REDIS_URL`, with the deadline that `LARDER_REDIS_DEADLINE` says (`250ms`, `1s`), if it does.
    ///
    /// # Errors
    ///
    /// When neither is set, or the one that counts is malformed; the message names it.
    pub fn builder_from_env() -> Result<RedisBuilder, ConfigError> {
        RedisBuilder::from_env()
    }

    /// Whether what the environment says can be used, if it says anything. Nothing is connected.
    ///
    /// # Errors
    ///
    /// When `LARDER_REDIS_URL`, or else `REDIS_URL`, or `LARDER_REDIS_DEADLINE` is malformed; the message names it.
    pub fn check_environment() -> Result<(), ConfigError> {
        RedisBuilder::check_env()
    }

    /// The store at the URL that `LARDER_REDIS_URL` says, or else `REDIS_URL`, with everything else as it is by itself.
    ///
    /// # Errors
    ///
    /// As [`builder_from_env`](Self::builder_from_env).
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(RedisBuilder::from_env()?.build())
    }

    pub(crate) fn new(
        route: Route,
        keyspace: Keyspace,
        deadline: Duration,
        addresses: Vec<Address>,
        settings: Settings,
    ) -> Self {
        let channel = Channel::new(&keyspace);
        Self { inner: Arc::new(Inner { route, keyspace, deadline, addresses, settings, channel }) }
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

    /// Sends a message to everybody who [watches](Self::watch) with the same prefix, except this store and its clones. It reaches those who listen at that moment.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached in time, or refuses.
    pub fn notify(&self, message: &[u8]) -> Result<(), StoreError> {
        let sent = self.inner.ask(vec![self.inner.channel.publish(message)], self.inner.begin());
        sent.map_err(store_error).and_then(published)
    }

    /// The same without blocking the task that asks.
    ///
    /// # Errors
    ///
    /// As [`notify`](Self::notify).
    pub async fn notify_async(&self, message: &[u8]) -> Result<(), StoreError> {
        let sent =
            self.inner.ask_anywhere(vec![self.inner.channel.publish(message)], self.inner.begin()).await;
        sent.map_err(store_error).and_then(published)
    }

    /// Listens to what other stores [send](Self::notify), on a connection and a thread of its own, until the [`Watch`] is dropped. `listener` is called on that thread;
    /// a panic in it is swallowed.
    #[must_use = "dropping it ends the watch"]
    pub fn watch(&self, listener: impl Fn(Notice) + Send + Sync + 'static) -> Watch {
        Watch::start(&self.inner.addresses, &self.inner.settings, &self.inner.channel, listener)
    }
}

impl Inner {
    fn begin(&self) -> Deadline {
        Deadline::after(self.deadline)
    }

    fn ask(&self, commands: Vec<Command>, deadline: Deadline) -> Result<Vec<Value>, Failure> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        self.route.ask(commands, deadline)
    }

    async fn ask_anywhere(&self, commands: Vec<Command>, deadline: Deadline) -> Result<Vec<Value>, Failure> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        if larder_link::is_on_runtime() {
            return self.route.ask_async(commands, deadline).await;
        }
        let route = self.route.clone();
        larder_link::on_runtime(async move { route.ask_async(commands, deadline).await }).await
    }

    /// The answers to a batch of reads, where one server has all the keys.
    fn read(&self, batch: &[Operation], deadline: Deadline) -> Option<Answers> {
        let link = self.route.single()?;
        let request = Request::read(batch, &self.keyspace)?;
        Some(link.call(&request, deadline).map_err(store_error).and_then(Replies::into_answers))
    }

    async fn clear_anywhere(&self, pattern: Vec<u8>) -> Result<u64, Failure> {
        if larder_link::is_on_runtime() {
            return clear_async(&self.route, pattern, self.deadline).await;
        }
        let (route, step) = (self.route.clone(), self.deadline);
        larder_link::on_runtime(async move { clear_async(&route, pattern, step).await }).await
    }
}

impl Store for Redis {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().pipelines().lists().shared().largest_value(LARGEST_VALUE)
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        let (inner, deadline) = (&self.inner, self.inner.begin());
        if let Some(answers) = inner.read(batch, deadline) {
            return answers;
        }
        let mut replies = check(batch)
            .and_then(|()| inner.ask(commands(batch, &inner.keyspace), deadline).map_err(store_error))?;
        let unknown = unknown_scripts(&replies);
        if !unknown.is_empty() {
            let again = inner.ask(in_full(batch, &unknown, &inner.keyspace), deadline);
            put_in(&mut replies, &unknown, again.map_err(store_error)?);
        }
        answers(batch, replies)
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        let (inner, deadline) = (&*self.inner, self.inner.begin());
        let read = inner.route.single().and_then(|link| Some((link, Request::read(batch, &inner.keyspace)?)));
        // hits are made of these: their box is to be a small one
        if let Some((link, request)) = read {
            return Box::pin(async move {
                let replies = if larder_link::is_on_runtime() {
                    link.call_async(&request, deadline).await
                } else {
                    let link = Arc::clone(link);
                    let asked = Box::pin(async move { link.call_async(&request, deadline).await });
                    larder_link::on_runtime(asked).await
                };
                replies.map_err(store_error).and_then(Replies::into_answers)
            });
        }
        Box::pin(async move {
            check(batch)?;
            let asked = inner.ask_anywhere(commands(batch, &inner.keyspace), deadline).await;
            let mut replies = asked.map_err(store_error)?;
            let unknown = unknown_scripts(&replies);
            if !unknown.is_empty() {
                let again = inner.ask_anywhere(in_full(batch, &unknown, &inner.keyspace), deadline).await;
                put_in(&mut replies, &unknown, again.map_err(store_error)?);
            }
            answers(batch, replies)
        })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        let cleared = clear(&self.inner.route, &self.inner.keyspace.pattern(prefix), self.inner.deadline);
        cleared.map_err(store_error)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            let cleared = self.inner.clear_anywhere(self.inner.keyspace.pattern(prefix)).await;
            cleared.map_err(store_error)
        })
    }

    fn notify(&self, message: &[u8]) -> Result<(), StoreError> {
        self.notify(message)
    }

    fn notify_async<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.notify_async(message))
    }

    fn watch(&self, listener: Listener) -> Option<store_bytes::Watch> {
        Some(Box::new(self.watch(listener)))
    }
}

/// Each page has `step` of time.
fn clear(route: &Route, pattern: &[u8], step: Duration) -> Result<u64, Failure> {
    let mut sum = 0;
    for link in route.masters(Deadline::after(step))? {
        let mut walk = Walk::new(pattern.to_vec());
        while let Some(page) = walk.next_page() {
            let found = walk.take(link.call(&page, Deadline::after(step))?)?;
            if !found.is_empty() {
                sum += removed(&route.ask(found, Deadline::after(step))?)?;
            }
        }
    }
    Ok(sum)
}

async fn clear_async(route: &Route, pattern: Vec<u8>, step: Duration) -> Result<u64, Failure> {
    let mut sum = 0;
    for link in route.masters_async(Deadline::after(step)).await? {
        let mut walk = Walk::new(pattern.clone());
        while let Some(page) = walk.next_page() {
            let found = walk.take(link.call_async(&page, Deadline::after(step)).await?)?;
            if !found.is_empty() {
                sum += removed(&route.ask_async(found, Deadline::after(step)).await?)?;
            }
        }
    }
    Ok(sum)
}

/// The server would close the connection on a value that is too large.
fn check(batch: &[Operation]) -> Result<(), StoreError> {
    let is_too_large = |operation: &Operation| match operation {
        Operation::Put { value, .. }
        | Operation::PutIfAbsent { value, .. }
        | Operation::RemoveIf { value, .. } => value.len() > LARGEST_VALUE,
        _ => false,
    };
    if batch.iter().any(is_too_large) { Err(StoreError::too_large(NAME)) } else { Ok(()) }
}

fn unknown_scripts(replies: &[Value]) -> Vec<usize> {
    let unknown = replies.iter().enumerate().filter(|(_, reply)| is_unknown_script(reply));
    unknown.map(|(at, _)| at).collect()
}

fn in_full(batch: &[Operation], positions: &[usize], keyspace: &Keyspace) -> Vec<Command> {
    positions.iter().map(|at| command(&batch[*at], keyspace, Scripts::InFull)).collect()
}

fn put_in(replies: &mut [Value], positions: &[usize], more: Vec<Value>) {
    for (at, reply) in positions.iter().zip(more) {
        replies[*at] = reply;
    }
}

fn answers(batch: &[Operation], replies: Vec<Value>) -> Answers {
    let answers: Result<Vec<Answer>, StoreError> =
        batch.iter().zip(replies).map(|(operation, reply)| answer(operation, reply)).collect();
    let answers = answers?;
    debug_assert_eq!(answers.len(), batch.len(), "each command has one reply");
    Ok(answers)
}

fn published(replies: Vec<Value>) -> Result<(), StoreError> {
    match replies.first() {
        Some(Value::ServerError(error)) => Err(crate::command::refused(error)),
        _ => Ok(()),
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places: Vec<String> =
            self.inner.addresses.iter().map(|address| address.place.to_string()).collect();
        out.debug_struct("Redis")
            .field("places", &places)
            .field("health", &self.health())
            .finish_non_exhaustive()
    }
}

/// What servers take in one argument (`proto-max-bulk-len`).
const LARGEST_VALUE: usize = 512 * 1024 * 1024;
