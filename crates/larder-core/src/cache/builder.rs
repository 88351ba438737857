//! Building a named cache.

use std::{fmt, marker::PhantomData, time::Duration};

use super::{Cache, Defaults, of, prefix};
use crate::{
    entry::{GivenSerializer, Memory, Place, Shared, Standard},
    error::Error,
    policy::Policy,
    shared::Protection,
    sync::{Ordering, plain::lock},
};

/// The options of a cache to be; see [`Cache::builder`].
///
/// They hold for each function of the cache that does not say otherwise itself, and for its entries. `P` is where these live: in [`Memory`], or in a [`Shared`] store once there is
/// one.
#[must_use = "a cache is there once it is built"]
pub struct CacheBuilder<P = Memory> {
    name: String,
    defaults: Defaults,
    protection: Protection,
    place: PhantomData<fn() -> P>,
}

impl CacheBuilder {
    pub(super) fn new(name: String) -> Self {
        Self { name, defaults: Defaults::default(), protection: Protection::default(), place: PhantomData }
    }

    /// The shared store of its functions with `store = shared`, `redis`, `memcached` or `file`, in place of the one that the environment names, and of its entries. These become bytes by
    /// MessagePack (feature `msgpack`), unless [`serializer`](CacheBuilder::serializer) says otherwise.
    ///
    /// ```
    /// use larder_core::{Cache, testing::MemoryStore};
    ///
    /// let cache = Cache::builder("stored").store(MemoryStore::new()).build()?;
    /// # Ok::<(), larder_core::Error>(())
    /// ```
    pub fn store(self, store: impl crate::shared::IntoStore) -> CacheBuilder<Shared> {
        let mut builder = self.serialized(Standard);
        builder.defaults.store = Some(super::defaults::SharedStore(store.into_store()));
        builder
    }
}

impl<S: 'static> CacheBuilder<Shared<S>> {
    /// What its entries become bytes by, in place of MessagePack: `larder::codec::Json`, one of those beside it, or one of your own. Functions say it themselves.
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// use larder_core::{Cache, codec::Json, testing::MemoryStore};
    ///
    /// let cache = Cache::builder("as json").store(MemoryStore::new()).serializer(Json).build()?;
    /// # }
    /// # Ok::<(), larder_core::Error>(())
    /// ```
    pub fn serializer<T: Send + Sync + 'static>(self, serializer: T) -> CacheBuilder<Shared<T>> {
        self.serialized(serializer)
    }
}

impl<P: Place> CacheBuilder<P> {
    fn serialized<S: Send + Sync + 'static>(self, serializer: S) -> CacheBuilder<Shared<S>> {
        let Self { name, mut defaults, protection, .. } = self;
        defaults.serializer = Some(GivenSerializer::new(serializer));
        CacheBuilder { name, defaults, protection, place: PhantomData }
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

    /// How many entries each function may have, and the cache itself of each type of values in memory.
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
    /// Up to 64 characters that can be seen.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.defaults.prefix = Some(prefix.into());
        self
    }

    /// Builds the cache. Its functions take these options over, also those that were called before; `idle`, `jitter` and `policy` hold only for functions first called
    /// afterwards.
    ///
    /// # Errors
    ///
    /// When a cache of this name was built before, or the name is empty; when the prefix, or `LARDER_PREFIX` in its place, cannot be one; with a store, when entries of the cache
    /// were used in memory before; with [`compress_above`](Self::compress_above) or `encrypt`, when its store was used before, a feature is missing, or the keys do not say what
    /// becomes of names. Then nothing was done.
    pub fn build(self) -> Result<Cache<P>, Error> {
        let Self { name, defaults, protection, .. } = self;
        if name.is_empty() {
            return Err(Error::empty_name());
        }
        match defaults.prefix.clone() {
            Some(own) => prefix::checked(own)?,
            None => prefix::of_environment()?,
        };
        protection.check(&name)?;
        let inner = of(&name);
        {
            let _beginning = lock(&inner.beginning);
            if inner.is_built.load(Ordering::SeqCst) {
                return Err(Error::cache_exists(name));
            }
            if defaults.store.is_some() && inner.entries.get().is_some() {
                return Err(Error::entries_in_use(name));
            }
            // Before anything is taken over: a cache that could not be protected is not built.
            if protection.is_given() && inner.protection.set(protection.completed()).is_err() {
                return Err(Error::cache_in_use(name));
            }
            inner.is_built.store(true, Ordering::SeqCst);
            *lock(&inner.defaults) = defaults;
        }
        inner.adopt();
        Ok(Cache::of(inner))
    }
}

impl<P> Clone for CacheBuilder<P> {
    fn clone(&self) -> Self {
        let Self { name, defaults, protection, .. } = self;
        Self {
            name: name.clone(),
            defaults: defaults.clone(),
            protection: protection.clone(),
            place: PhantomData,
        }
    }
}

impl<P> fmt::Debug for CacheBuilder<P> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, defaults, protection, .. } = self;
        let mut out = out.debug_struct("CacheBuilder");
        out.field("name", name).field("defaults", defaults).field("protection", protection).finish()
    }
}

/// What becomes of its values where they leave the process.
impl<P: Place> CacheBuilder<P> {
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
