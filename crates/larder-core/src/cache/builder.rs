//! Building a named cache.

use std::time::Duration;

use super::{Cache, Defaults, of};
use crate::{
    error::Error,
    policy::Policy,
    sync::{Ordering, plain::lock},
};

/// The options of a cache to be; see [`Cache::builder`].
///
/// They hold for each function of the cache that does not say otherwise itself.
#[derive(Clone, Debug)]
#[must_use = "a cache is there once it is built"]
pub struct CacheBuilder {
    name: String,
    defaults: Defaults,
}

impl CacheBuilder {
    pub(super) fn new(name: String) -> Self {
        Self { name, defaults: Defaults::default() }
    }

    /// The lifetime of values.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.defaults.ttl = Some(ttl);
        self
    }

    /// How long a value may stay unread.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.defaults.idle = Some(idle);
        self
    }

    /// The largest share, from 0 to 1, by which each lifetime is shortened at random.
    pub fn jitter(mut self, jitter: f64) -> Self {
        self.defaults.jitter = Some(jitter.clamp(0.0, 1.0));
        self
    }

    /// How many entries each function may have.
    pub fn max_entries(mut self, max_entries: usize) -> Self {
        self.defaults.max_entries = Some(max_entries);
        self
    }

    /// Who leaves first.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.defaults.policy = Some(policy);
        self
    }

    /// What stands before the keys of its records in a shared store; without it what `LARDER_PREFIX` says, or `larder`. Programs that share values share it.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.defaults.prefix = Some(prefix.into());
        self
    }

    /// The shared store of its functions with `store = shared`, `redis`, `memcached` or `file`, in place of the one that the environment names.
    pub fn store(mut self, store: impl crate::shared::IntoStore) -> Self {
        self.defaults.store = Some(super::defaults::SharedStore(store.into_store()));
        self
    }

    /// Builds the cache. Its functions take these options over, also those that were called before; `idle`, `jitter` and `policy` hold only for functions first called
    /// afterwards.
    ///
    /// # Errors
    ///
    /// When a cache of this name was built before, or the name is empty.
    pub fn build(self) -> Result<Cache, Error> {
        if self.name.is_empty() {
            return Err(Error::empty_name());
        }
        let inner = of(&self.name);
        if inner.is_built.swap(true, Ordering::SeqCst) {
            return Err(Error::cache_exists(self.name));
        }
        *lock(&inner.defaults) = self.defaults;
        inner.adopt();
        Ok(Cache { inner })
    }
}
