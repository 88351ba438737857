//! The suite for stores without a clock to move: nothing in this process stops time, so that it really waits.

use larder_core::{store_suite, testing::MemoryStore};

store_suite!(MemoryStore::new());
