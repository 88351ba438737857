//! How a store is configured: in code, or by the environment.

#[cfg(feature = "cluster")]
use std::sync::Arc;
use std::time::Duration;

use larder_link::{ConfigError, first_variable};

use crate::{
    address::{self, Target},
    backend::Redis,
    keyspace::Keyspace,
    protocol::Settings,
    route::Route,
    tls::Tls,
};
#[cfg(feature = "cluster")]
use crate::{cluster::Cluster, topology::Topology};

/// What a [`Redis`] is made of; begun by [`Redis::builder`].
#[derive(Clone, Debug)]
pub struct RedisBuilder {
    target: Target,
    prefix: String,
    settings: Settings,
}

impl RedisBuilder {
    pub(crate) fn new(url: &str) -> Result<Self, ConfigError> {
        let settings = Settings {
            link: larder_link::Settings {
                deadline: Duration::from_millis(250),
                connect_timeout: Duration::from_secs(1),
                pool_size: 16,
            },
            tls: Tls::default(),
        };
        Ok(Self { target: address::parse(url)?, prefix: String::new(), settings })
    }

    pub(crate) fn from_env() -> Result<Self, ConfigError> {
        if let Some((variable, url)) = first_variable(&VARIABLES)? {
            let builder = Self::new(&url).map_err(|error| error.of_variable(variable))?;
            return Ok(match deadline_of_environment()? {
                Some(deadline) => builder.deadline(deadline),
                None => builder,
            });
        }
        let [ours, general] = VARIABLES;
        Err(ConfigError::other(format!(
            "neither {ours} nor {general} says where the Redis is; set one, or use `Redis::builder(url)`"
        )))
    }

    /// Whether what the environment says can be used, if it says anything.
    pub(crate) fn check_env() -> Result<(), ConfigError> {
        let is_set = |variable| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
        if VARIABLES.into_iter().any(is_set) {
            Self::from_env().map(drop)
        } else {
            deadline_of_environment().map(drop)
        }
    }

    /// Stands, with a colon, before every key on the server (none), so that several programs may share it.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// How long a batch may take in all (250 ms): waiting for a connection, making one, asking, on a cluster also being sent elsewhere. It should be well above
    /// what a round trip takes, since one that is exceeded has the server taken for gone until it answers a probe.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.link.deadline = deadline.max(Duration::from_millis(1));
        self
    }

    /// How long making a connection may take (1 s). A call waits for it within its [`deadline`](Self::deadline) only; a connection that takes longer is there for later ones.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.link.connect_timeout = timeout.max(Duration::from_millis(1));
        self
    }

    /// How many connections the blocking half has at most (16), for each node of a cluster. They are made as calls need them. Tasks share one connection for each runtime.
    #[must_use]
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.settings.link.pool_size = connections.max(1);
        self
    }

    /// Trusts the servers whose certificates these ones (PEM) have signed, and no others (those of the system).
    ///
    /// # Errors
    ///
    /// When there is no certificate in it.
    #[cfg(feature = "tls")]
    pub fn tls_roots(mut self, pem: &[u8]) -> Result<Self, ConfigError> {
        self.settings.tls = self.settings.tls.trusting(pem)?;
        Ok(self)
    }

    /// Shows servers that ask for one this certificate, which the key belongs to (both PEM).
    ///
    /// # Errors
    ///
    /// When they are not in PEM form. Whether they belong together shows when a connection is made.
    #[cfg(feature = "tls")]
    pub fn tls_identity(mut self, certificate: &[u8], key: &[u8]) -> Result<Self, ConfigError> {
        self.settings.tls = self.settings.tls.showing(certificate, key)?;
        Ok(self)
    }

    /// The store. Nothing is connected before it is first used, and a server that is not there is no error here.
    #[must_use]
    pub fn build(self) -> Redis {
        let Self { target, prefix, settings } = self;
        let (deadline, addresses) = (settings.link.deadline, target.addresses.clone());
        let route = route(target, settings.clone());
        Redis::new(route, Keyspace::new(&prefix), deadline, addresses, settings)
    }
}

#[cfg(feature = "cluster")]
fn route(mut target: Target, settings: Settings) -> Route {
    if target.is_cluster {
        return Route::Cluster(Arc::new(Cluster::new(Topology::new(target.addresses, settings))));
    }
    Route::Single(settings.link(target.addresses.swap_remove(0)))
}

#[cfg(not(feature = "cluster"))]
fn route(mut target: Target, settings: Settings) -> Route {
    debug_assert!(!target.is_cluster, "the parser refuses clusters");
    Route::Single(settings.link(target.addresses.swap_remove(0)))
}

/// Where the environment may say the URL, the first one that does.
const VARIABLES: [&str; 2] = ["LARDER_REDIS_URL", "REDIS_URL"];

/// How long a batch may take, if the environment says so: a number with a unit.
fn deadline_of_environment() -> Result<Option<Duration>, ConfigError> {
    let Some(value) = std::env::var_os(DEADLINE).filter(|value| !value.is_empty()) else { return Ok(None) };
    let value = value.to_string_lossy();
    match duration(value.trim()) {
        Some(deadline) => Ok(Some(deadline)),
        None => Err(ConfigError::other(format!(
            "it is {value:?}; write a time above zero such as `250ms` or `1s`"
        ))
        .of_variable(DEADLINE)),
    }
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s')?, 1_000),
    };
    let number: u64 = number.trim().parse().ok().filter(|number| *number > 0)?;
    number.checked_mul(unit).map(Duration::from_millis)
}

/// Where the environment may say the deadline.
const DEADLINE: &str = "LARDER_REDIS_DEADLINE";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_a_number_with_a_unit() {
        assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(duration("2 s"), Some(Duration::from_secs(2)));
        for wrong in ["", "250", "0ms", "s", "-1s", "1.5s", "1m", "99999999999999999999s"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
