//! How a store is configured: in code, or by the environment.

use std::{sync::Arc, time::Duration};

use larder_link::{ConfigError, Settings, first_variable};

use crate::{
    address::{self, Address},
    backend::Memcached,
    keyspace::Keyspace,
    protocol::{Link, Server},
    route::Route,
};

/// What a [`Memcached`] is made of; begun by [`Memcached::builder`].
#[derive(Clone, Debug)]
pub struct MemcachedBuilder {
    addresses: Vec<Address>,
    prefix: String,
    settings: Settings,
    largest_value: usize,
}

impl MemcachedBuilder {
    pub(crate) fn new(url: &str) -> Result<Self, ConfigError> {
        let settings = Settings {
            deadline: Duration::from_millis(250),
            connect_timeout: Duration::from_secs(1),
            pool_size: 16,
        };
        Ok(Self {
            addresses: address::parse(url)?,
            prefix: String::new(),
            settings,
            largest_value: LARGEST_VALUE,
        })
    }

    pub(crate) fn from_env() -> Result<Self, ConfigError> {
        match first_variable(&[VARIABLE])? {
            Some((variable, url)) => Self::new(&url).map_err(|error| error.of_variable(variable)),
            None => Err(ConfigError::other(format!(
                "{VARIABLE} does not say where the memcached is; set it, or use `Memcached::builder(url)`"
            ))),
        }
    }

    /// Stands, with a colon, before every key on the servers (none), so that several programs may share them.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// How long a batch may take in all (250 ms): waiting for a connection, making one, asking as often as numbers need. It should be well above
    /// what a round trip takes, since one that is exceeded has the server taken for gone until it answers a probe.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = deadline.max(Duration::from_millis(1));
        self
    }

    /// How long making a connection may take (1 s). A call waits for it within its [`deadline`](Self::deadline) only; a connection that takes longer is there for
    /// later ones.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout.max(Duration::from_millis(1));
        self
    }

    /// How many connections the blocking half has at most (16), to each server. They are made as calls need them. Tasks share one connection for each runtime.
    #[must_use]
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.settings.pool_size = connections.max(1);
        self
    }

    /// The largest value in bytes that is sent (1 MiB less 1 KiB). Servers refuse values that are larger, with their key, than what `-I` gave them, which is 1
    /// MiB by itself.
    #[must_use]
    pub fn largest_value(mut self, bytes: usize) -> Self {
        self.largest_value = bytes.max(1);
        self
    }

    /// The store. Nothing is connected before it is first used, and a server that is not there is no error here.
    #[must_use]
    pub fn build(self) -> Memcached {
        let Self { addresses, prefix, settings, largest_value } = self;
        let links = addresses.into_iter().map(|address| Arc::new(Link::new(Server { address }, settings)));
        Memcached::new(Route::new(links.collect()), Keyspace::new(&prefix), settings.deadline, largest_value)
    }
}

/// Where the environment may say the URL.
const VARIABLE: &str = "LARDER_MEMCACHED_URL";

/// What fits into an item of 1 MiB beside the longest key.
const LARGEST_VALUE: usize = 1024 * 1024 - 1024;
