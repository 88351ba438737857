//! Removing entries: some, or all of the cache.

use super::{Entries, key::EntryKey};
use crate::{
    call, defer,
    error::Error,
    invalidation::Invalidation,
    shared::{ENTRY_SLOT, Way},
};

impl Entries {
    /// Removes the values of these keys, of whatever type; says how many there were. Inside a transaction it is done when that succeeds.
    pub(super) async fn remove(&'static self, keys: Vec<EntryKey>, way: Way) -> Result<usize, Error> {
        let texts: Vec<_> = keys.iter().map(|key| key.as_str().to_owned()).collect();
        let Some(space) = self.space else {
            if defer::is_active() {
                let is_there =
                    |key: &&EntryKey| self.all().iter().any(|table| table.remaining(key).is_some());
                let there = keys.iter().filter(is_there).count();
                call::later(Invalidation::new(move || {
                    self.remove_local(&keys);
                }));
                return Ok(there);
            }
            return Ok(self.remove_local(&keys));
        };
        let scopes = texts.iter().map(|key| space.key("", key)).collect();
        let entries = texts.iter().map(|key| space.entry("", ENTRY_SLOT, key)).collect();
        let invalidation = Invalidation::new(move || {
            self.remove_local(&keys);
        });
        done(invalidation.of_entries(space, scopes, entries), way).await
    }

    fn remove_local(&self, keys: &[EntryKey]) -> usize {
        let tables = self.all();
        // All of them: a key may have had a value in one, and a load that runs in another.
        let remove = |key: &&EntryKey| tables.iter().filter(|table| table.remove(key)).count() > 0;
        keys.iter().filter(remove).count()
    }

    /// Removes every entry and every number. The entries are gone in constant time; what they leave in a store that lists its keys is removed after that.
    pub(super) async fn clear(&'static self, way: Way) -> Result<(), Error> {
        let site = self.site;
        let local = Invalidation::new(move || {
            self.numbers.clear();
            call::clear_now(site);
        });
        let Some(space) = self.space else {
            call::later(local);
            return Ok(());
        };
        let is_later = defer::is_active();
        done(local.of_records(space, vec![space.function("")]), way).await?;
        if is_later || !space.store.capabilities().lists {
            return Ok(());
        }
        for prefix in space.own() {
            let cleared = match way {
                Way::Blocking => space.store.clear(&prefix),
                Way::Async => space.store.clear_async(&prefix).await,
            };
            cleared.map_err(Error::store)?;
        }
        Ok(())
    }
}

async fn done(invalidation: Invalidation, way: Way) -> Result<usize, Error> {
    match way {
        Way::Blocking => defer::now_or_later(invalidation),
        Way::Async => defer::now_or_later_async(invalidation).await,
    }
}
