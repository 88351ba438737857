//! The async half on runtimes that come and go.

mod support;

#[macro_use]
#[path = "../../larder-link/tests/every_store/runtimes.rs"]
mod every_store;

tests_of_every_store! { larder_memcached::Memcached }
