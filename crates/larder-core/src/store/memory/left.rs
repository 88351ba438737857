//! Entries on their way out of the lock.

use super::entry::{Entry, Life};

/// Entries that left, to be dropped once the lock is free.
#[derive(Debug)]
pub(crate) struct Left<K, V> {
    one: Option<(Entry<K, V>, Option<Life>)>,
    more: Vec<(Entry<K, V>, Option<Life>)>,
}

impl<K, V> Default for Left<K, V> {
    fn default() -> Self {
        Self { one: None, more: Vec::new() }
    }
}

impl<K, V> Left<K, V> {
    /// One entry needs no allocation, which is what an insertion into a full shard leaves.
    pub(super) fn push(&mut self, entry: Entry<K, V>, life: Option<Life>) {
        if self.one.is_none() {
            self.one = Some((entry, life));
        } else {
            self.more.push((entry, life));
        }
    }
}
