//! A directory as a store of [larder](https://docs.rs/larder): values that outlive the process, shared by all processes of one machine.
//!
//! ```
//! # use larder_core::store_bytes::{Answer, Operation, Store};
//! # use larder_file::FileStore;
//! # use std::time::Duration;
//! # let directory = std::env::temp_dir().join(format!("larder-doc-{}", std::process::id()));
//! let store = FileStore::builder(&directory).max_entries(10_000).max_bytes(64 << 20).build()?;
//! store.run(&[Operation::Put { key: "greeting".into(), value: b"hello".into(), ttl: Duration::from_secs(60) }])?;
//! let answers = store.run(&[Operation::Get { key: "greeting".into() }])?;
//! assert_eq!(answers, [Answer::Value(Some(b"hello".into()))]);
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! - **Whole values.** A value is replaced by renaming a file onto it: a reader, and whoever comes after a crash of the process, finds the old one or the new
//!   one. What is damaged, or no file of ours, is a miss, and is removed.
//! - **Several processes.** They may share a directory on a local file system. Numbers and conditions are decided under a lock of the operating system, which
//!   it takes back when a process dies.
//! - **Bounds.** At most [`max_entries`](FileStoreBuilder::max_entries) and [`max_bytes`](FileStoreBuilder::max_bytes); those written longest ago leave first.
//!   A write that exceeds a bound looks through the directory before it returns; beyond 10,000 entries another thread does, and what is written meanwhile exceeds
//!   it. Each process counts for itself and looks again now and then, so several may exceed a bound by a sixteenth each (at least 16 entries) for a while.
//! - **Privacy.** Directories are of mode 0700, files of mode 0600. Keys do not show in the names of files, but stand in them, and values are as they were
//!   given: use larder's encryption for what is secret.
//!
//! # Cost
//!
//! A read opens, reads and closes one file, and takes no lock. A write takes a lock, writes a file and renames it. The async half does the same on at most four
//! threads of the store's own, which end when there is nothing to do. A value takes a file of its own size and about 50 bytes more, besides its key, and what
//! the file system adds.

mod backend;
mod bounds;
mod builder;
mod clock;
mod codec;
mod directory;
mod error;
mod keyspace;
mod sweep;
mod worker;

pub use self::{
    backend::FileStore,
    builder::{Durability, FileStoreBuilder},
    error::FileStoreError,
    sweep::Swept,
};
