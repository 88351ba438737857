//! Building a named cache.

use std::time::Duration;

use super::{Cache, Defaults, of};
use crate::{
    error::Error,
    policy::Policy,
    shared::Protection,
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
    protection: Protection,
}

impl CacheBuilder {
    pub(super) fn new(name: String) -> Self {
        Self { name, defaults: Defaults::default(), protection: Protection::default() }
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

    /// The shared store of its functions with `store = shared`, `redis` or `file`, in place of the one that the environment names.
    pub fn store(mut self, store: impl crate::shared::IntoStore) -> Self {
        self.defaults.store = Some(super::defaults::SharedStore(store.into_store()));
        self
    }

    /// Builds the cache. Its functions take these options over, also those that were called before; `idle`, `jitter` and `policy` hold only for functions first called
    /// afterwards.
    ///
    /// # Errors
    ///
    /// When a cache of this name was built before, or the name is empty; with [`compress_above`](Self::compress_above) or `encrypt`, when its store was used before, a feature is missing, or
    /// the keys do not say what becomes of names.
    pub fn build(self) -> Result<Cache, Error> {
        if self.name.is_empty() {
            return Err(Error::empty_name());
        }
        self.protection.check(&self.name)?;
        let inner = of(&self.name);
        {
            let mut defaults = lock(&inner.defaults);
            if inner.is_built.load(Ordering::SeqCst) {
                return Err(Error::cache_exists(self.name));
            }
            // Before anything else is taken over: a cache that could not be protected is not built.
            if self.protection.is_given() && inner.protection.set(self.protection.completed()).is_err() {
                return Err(Error::cache_in_use(self.name));
            }
            inner.is_built.store(true, Ordering::SeqCst);
            *defaults = self.defaults;
        }
        inner.adopt();
        Ok(Cache { inner })
    }
}

/// What becomes of its values where they leave the process.
impl CacheBuilder {
    /// Compresses by LZ4 each value of more than so many bytes, where that makes it smaller; `1024` is a good choice. Needs the feature `compress`. Values that were stored
    /// otherwise are read all the same, and so are these by processes without it.
    ///
    /// Together with [`encrypt`](Self::encrypt), the size of what is stored tells something of its content: leave it where somebody else chooses a part of a secret value.
    pub fn compress_above(mut self, bytes: usize) -> Self {
        self.protection.compress_above = Some(bytes);
        self
    }

    /// Encrypts every value of this cache that leaves the process, and, by the secret of [`Keyring::names`](crate::codec::Keyring::names), hides the arguments, tags and users that its
    /// records and messages are named by. Without it the cache does what `LARDER_ENCRYPTION_KEYS` says, if that is set.
    ///
    /// A value that cannot be decrypted is a miss, and is overwritten. What stays readable: names of caches and functions, times, sizes, and which values belong to the same
    /// tag. Values in memory are as they are. What was stored before encryption was switched on stays in the store until it expires.
    ///
    /// ```
    /// use larder_core::{Cache, codec::Keyring};
    ///
    /// # let (names, new_key, old_key) = ([1; 32], [2; 32], [3; 32]);
    /// // From a vault: the first key encrypts, all of them decrypt, and names are hidden by a secret of their own.
    /// let keys = Keyring::new(2, new_key).older(1, old_key).names(names);
    /// let accounts = Cache::builder("accounts").encrypt(keys).build()?;
    /// # Ok::<(), larder_core::Error>(())
    /// ```
    #[cfg(feature = "encrypt")]
    pub fn encrypt(mut self, keys: impl Into<std::sync::Arc<crate::codec::Keyring>>) -> Self {
        self.protection.keys = Some(keys.into());
        self
    }
}
