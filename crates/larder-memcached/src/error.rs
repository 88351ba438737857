//! What goes wrong between the store and its servers.

use larder_core::store_bytes::StoreError;
use larder_link::Failure;

/// What the store is called in errors and statistics.
pub(crate) const NAME: &str = "memcached";

/// The store's error.
pub(crate) fn store_error(failure: Failure) -> StoreError {
    failure.into_store_error(NAME)
}

/// What a server says that is older than the meta commands, or none.
pub(crate) const NO_META: &str = "ERROR; it knows no meta commands, which memcached has since 1.6";

/// A reply that the command cannot have.
pub(crate) fn odd() -> StoreError {
    StoreError::refused(NAME).with("a reply of another kind than the command has; is it a memcached?")
}
