//! Where entries live.

#[cfg(not(loom))]
pub mod bytes;
pub(crate) mod memory;
