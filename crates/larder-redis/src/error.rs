//! What goes wrong between the store and its server, as far as redis-rs says it.

use larder_core::store_bytes::StoreError;
use larder_link::{Failure, NO_ANSWER};
use redis::RedisError;

/// What the store is called in errors and statistics.
pub(crate) const NAME: &str = "redis";

/// What redis-rs reports of a connection that was made.
pub(crate) fn of_exchange(error: &RedisError) -> Failure {
    if error.is_timeout() { Failure::timed_out(NO_ANSWER) } else { Failure::dropped(error) }
}

/// Of a handshake: what is no trouble of the connection is the server's refusal.
pub(crate) fn of_handshake(error: &RedisError, redact: impl Fn(&str) -> String) -> Failure {
    if error.is_timeout() {
        Failure::timed_out(NO_ANSWER)
    } else if error.is_io_error() || error.is_connection_dropped() {
        Failure::unreachable(error)
    } else {
        Failure::refused(redact(&error.to_string()))
    }
}

/// The store's error.
pub(crate) fn store_error(failure: Failure) -> StoreError {
    failure.into_store_error(NAME)
}
