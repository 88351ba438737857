//! What goes wrong, as an error of a store.

use larder_core::store_bytes::StoreError;
use larder_link::Failure;

/// What the store is called in errors and statistics.
pub(crate) const NAME: &str = "redis";

/// The store's error.
pub(crate) fn store_error(failure: Failure) -> StoreError {
    failure.into_store_error(NAME)
}
