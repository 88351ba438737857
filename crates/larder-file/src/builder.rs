//! What a store on disk is told before it begins.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{backend::FileStore, bounds::Bounds, directory::Directory, error::FileStoreError};

/// What a [`FileStore`] is told before it begins; [`FileStore::builder`] makes it.
#[derive(Clone, Debug)]
pub struct FileStoreBuilder {
    root: PathBuf,
    bounds: Bounds,
    largest_value: usize,
    durability: Durability,
    patience: Duration,
}

/// What a write survives once it was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process, in any way. After a loss of power, the last writes may be missing; then an older record of an invalidation may be found again,
    /// and with it values that it had invalidated.
    #[default]
    Process,
    /// The loss of power, too. Each write waits for the disk, which takes milliseconds.
    PowerLoss,
}

impl FileStoreBuilder {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            bounds: Bounds { entries: 100_000, bytes: 1 << 30 },
            largest_value: 64 << 20,
            durability: Durability::default(),
            patience: Duration::from_secs(2),
        }
    }

    /// The most entries there may be (100,000).
    #[must_use]
    pub fn max_entries(mut self, entries: u64) -> Self {
        self.bounds.entries = entries;
        self
    }

    /// The most bytes all files together may have (1 GiB). What the file system takes for a file beside its content does not count.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.bounds.bytes = bytes;
        self
    }

    /// The largest value that is stored (64 MiB); never more than fits [`max_bytes`](Self::max_bytes).
    #[must_use]
    pub fn largest_value(mut self, bytes: usize) -> Self {
        self.largest_value = bytes;
        self
    }

    /// What a write survives.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How long a write waits for others that write nearby (2 s), before it says that it [timed out](larder_core::store_bytes::StoreError::is_timed_out). The
    /// file system itself is waited for as long as it takes.
    #[must_use]
    pub fn deadline(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The store. Makes the directory if there is none, and begins to look through it on a thread of its own.
    ///
    /// # Errors
    ///
    /// When the directory cannot be made or read, when others than its owner may write to it, and when a bound is 0.
    pub fn build(self) -> Result<FileStore, FileStoreError> {
        let Self { root, bounds, largest_value, durability, patience } = self;
        if bounds.entries == 0 || bounds.bytes == 0 || largest_value == 0 {
            return Err(FileStoreError::no_room());
        }
        let fits = usize::try_from(bounds.bytes).unwrap_or(usize::MAX);
        let directory = Directory::open(root, durability, patience)?;
        Ok(FileStore::new(directory, bounds, largest_value.min(fits)))
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.root
    }
}
