//! What was changed about a function while the program runs; it holds for all its instances, also those to come.

use std::time::Duration;

use crate::{
    cache::Defaults,
    function::Erased,
    site::Site,
    store::memory::Bounds,
    sync::plain::{Mutex, lock},
};

/// The changes of one function.
#[derive(Debug)]
pub(crate) struct Settings(Mutex<Changes>);

#[derive(Clone, Copy, Debug)]
struct Changes {
    ttl: Option<Option<Duration>>,
    max_entries: Option<Option<usize>>,
    max_bytes: Option<u64>,
}

impl Settings {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Changes { ttl: None, max_entries: None, max_bytes: None }))
    }

    /// Applies the changes so far to a new instance.
    pub(crate) fn apply(&self, function: &dyn Erased) {
        // Not under the lock: entries that leave are the user's to drop.
        let changes = *lock(&self.0);
        if let Some(ttl) = changes.ttl {
            function.set_ttl(ttl);
        }
        let bounds = function.bounds();
        let changed = Bounds {
            max_entries: changes.max_entries.unwrap_or(bounds.max_entries),
            max_bytes: bounds.max_bytes.map(|bytes| changes.max_bytes.unwrap_or(bytes)),
        };
        if changed != bounds {
            function.set_bounds(changed);
        }
    }

    /// What the cache of the function says, with the changes so far in its place.
    pub(crate) fn over(&self, defaults: &Defaults) -> Defaults {
        let changes = *lock(&self.0);
        Defaults {
            ttl: changes.ttl.unwrap_or(defaults.ttl),
            max_entries: changes.max_entries.unwrap_or(defaults.max_entries),
            ..defaults.clone()
        }
    }

    pub(crate) fn ttl(&self, site: &Site) -> Option<Duration> {
        let changes = lock(&self.0);
        changes.ttl.unwrap_or_else(|| site.instances().next().and_then(Erased::ttl))
    }

    pub(crate) fn set_ttl(&self, site: &Site, ttl: Option<Duration>) {
        lock(&self.0).ttl = Some(ttl);
        site.instances().for_each(|function| function.set_ttl(ttl));
    }

    pub(crate) fn set_max_entries(&self, site: &Site, max_entries: Option<usize>) {
        lock(&self.0).max_entries = Some(max_entries);
        site.instances().for_each(|function| self.apply(function));
    }

    pub(crate) fn set_max_bytes(&self, site: &Site, max_bytes: u64) {
        lock(&self.0).max_bytes = Some(max_bytes);
        site.instances().for_each(|function| self.apply(function));
    }
}
