//! What a builder of caches is told about larder's own stores: the runtime does not know of them.

#[cfg(any(feature = "redis", feature = "memcached", feature = "file"))]
use crate::{Error, Shared};

/// The stores of larder as options of a [`CacheBuilder`](crate::CacheBuilder). `use larder::prelude::*` brings it; any other store is given with
/// [`store`](crate::CacheBuilder::store).
///
#[cfg_attr(
    feature = "redis",
    doc = "
```
use std::time::Duration;
use larder::prelude::*;

let users = Cache::builder(\"users\").redis(\"redis://127.0.0.1/\")?.prefix(\"app\").ttl(Duration::from_secs(300)).build()?;
# Ok::<(), larder::Error>(())
```"
)]
pub trait StoreOptions: sealed::Sealed + Sized {
    /// In the Redis or Valkey at this URL, as [`Redis::builder`](crate::redis::Redis::builder) takes it, with everything else as it is by itself. Nothing is connected before it is used.
    ///
    /// # Errors
    ///
    /// When the URL is none; the message does not repeat the password.
    #[cfg(feature = "redis")]
    fn redis(self, url: impl AsRef<str>) -> Result<crate::CacheBuilder<Shared>, Error>;

    /// In the memcached at this URL, one server or several, as [`Memcached::builder`](crate::memcached::Memcached::builder) takes it, with everything else as it is by itself. Nothing is connected
    /// before it is used.
    ///
    /// # Errors
    ///
    /// When the URL is none; the message does not repeat the password.
    #[cfg(feature = "memcached")]
    fn memcached(self, url: impl AsRef<str>) -> Result<crate::CacheBuilder<Shared>, Error>;

    /// In this directory, as [`FileStore::builder`](crate::store::FileStore::builder) takes it, with everything else as it is by itself. It is made if there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be made or read, or when others than its owner may write to it.
    #[cfg(feature = "file")]
    fn file(self, directory: impl AsRef<std::path::Path>) -> Result<crate::CacheBuilder<Shared>, Error>;
}

impl StoreOptions for crate::CacheBuilder {
    #[cfg(feature = "redis")]
    fn redis(self, url: impl AsRef<str>) -> Result<crate::CacheBuilder<Shared>, Error> {
        let redis = crate::redis::Redis::builder(url.as_ref()).map_err(Error::configuration)?;
        Ok(self.store(redis.build()))
    }

    #[cfg(feature = "memcached")]
    fn memcached(self, url: impl AsRef<str>) -> Result<crate::CacheBuilder<Shared>, Error> {
        let memcached = crate::memcached::Memcached::builder(url.as_ref()).map_err(Error::configuration)?;
        Ok(self.store(memcached.build()))
    }

    #[cfg(feature = "file")]
    fn file(self, directory: impl AsRef<std::path::Path>) -> Result<crate::CacheBuilder<Shared>, Error> {
        let file = crate::store::FileStore::builder(directory).build().map_err(Error::configuration)?;
        Ok(self.store(file))
    }
}

mod sealed {
    #[allow(unnameable_types, reason = "the builder of caches is the only one")]
    pub trait Sealed {}

    impl Sealed for crate::CacheBuilder {}
}
