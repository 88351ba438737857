//! Where entries live.

#[cfg(not(loom))]
pub mod bytes;
pub(crate) mod memory;
#[cfg(not(loom))]
pub(crate) mod null;
