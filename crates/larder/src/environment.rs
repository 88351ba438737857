//! What the environment says, read at once.

use crate::Error;

/// Reads everything that larder takes from the environment now, rather than when it is first needed. Nothing is connected or made.
///
/// | variable | says |
/// |---|---|
/// | `LARDER_ENABLED` | `false` switches all caching off; [`set_enabled`](crate::set_enabled) beats it |
/// | `LARDER_PREFIX` | what stands before the keys in shared stores (`larder`), up to 64 characters without blanks; [`CacheBuilder::prefix`](crate::CacheBuilder::prefix) beats it |
/// | `LARDER_REDIS_URL`, else `REDIS_URL` | where the Redis of `store = redis` is; a cache built with a store beats it |
/// | `LARDER_REDIS_DEADLINE` | how long one of the answers of that Redis may take, such as `250ms` or `1s` (250 ms) |
/// | `LARDER_MEMCACHED_URL` | where the memcached of `store = memcached` is, one server or several; a cache built with a store beats it |
/// | `LARDER_DIR` | the directory of `store = file`, an absolute path; a cache built with a store beats it |
/// | `LARDER_ENCRYPTION_KEYS` | by what all caches encrypt that were not built with keys of their own |
///
/// Those of Redis count with the feature `redis`, that of memcached with `memcached`, the directory with `file`.
///
/// # Errors
///
/// When one of them is set and malformed; the message names it, and says what to write. One that is not set is no error.
///
/// ```
/// larder::check_environment()?;
/// # Ok::<(), larder::Error>(())
/// ```
pub fn check_environment() -> Result<(), Error> {
    larder_core::check_environment()?;
    #[cfg(feature = "redis")]
    larder_redis::Redis::check_environment().map_err(Error::configuration)?;
    #[cfg(feature = "memcached")]
    if std::env::var_os("LARDER_MEMCACHED_URL").is_some_and(|url| !url.is_empty()) {
        larder_memcached::Memcached::builder_from_env().map_err(Error::configuration)?;
    }
    #[cfg(feature = "file")]
    if std::env::var_os("LARDER_DIR").is_some() {
        crate::store::FileStore::from_environment().map_err(Error::configuration)?;
    }
    Ok(())
}
