//! What this process has invalidated in a store, so that a store that has lost it is not believed.
//!
//! A store may come back with older records than it had acknowledged: a replica that was behind when it was promoted, or a backup. Its own invalidations a process knows.

use std::collections::HashMap;

use crate::sync::plain::{AtomicBool, Mutex, Ordering, lock};

/// Scopes that this process has invalidated, and the number that each record has had since.
#[derive(Debug, Default)]
pub(super) struct Sent {
    numbers: Mutex<HashMap<String, u64>>,
    /// Whether there are any: most processes only read.
    is_used: AtomicBool,
}

impl Sent {
    /// These records have this number now.
    pub(super) fn note(&self, names: &[String], number: u64) {
        let mut numbers = lock(&self.numbers);
        if numbers.len() + names.len() > MOST {
            numbers.clear();
        }
        for name in names.iter().take(MOST) {
            let known = numbers.entry(name.clone()).or_default();
            *known = number.max(*known);
        }
        self.is_used.store(true, Ordering::Release);
    }

    /// What a record says, unless it has said more before: then it was lost, and is as good as missing.
    pub(super) fn believe(&self, name: &str, number: Option<u64>) -> Option<u64> {
        if !self.is_used.load(Ordering::Acquire) {
            return number;
        }
        let least = lock(&self.numbers).get(name).copied().unwrap_or(0);
        number.filter(|number| *number >= least)
    }
}

/// So many are remembered; then all are forgotten, and those of a store that loses nothing were not needed.
const MOST: usize = 10_000;
