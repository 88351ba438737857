//! Get or load: an entry is read, or loaded once for all who want it meanwhile, as a function would be run.

use std::{future::Future, pin::pin};

use super::{
    Entries, EntryOptions, Failed, Keeps,
    key::EntryKey,
    table::{Proof, Table},
};
use crate::{
    call::{Miss, begin_missed},
    inside,
    lookup::{Lookup, Source},
    switch,
};

/// A load that may have to run.
pub(super) struct Load<T: Clone + Send + Sync + 'static> {
    entries: &'static Entries,
    table: &'static Table<T>,
    key: EntryKey,
    options: EntryOptions,
}

/// How it begins.
pub(super) enum Begun<T: Clone + Send + Sync + 'static> {
    Hit(T),
    Load(Load<T>),
    /// Caching is switched off.
    Disabled,
}

impl Entries {
    /// Looks for a value in memory; where values live in a store, that is asked when it is this caller's turn.
    pub(super) fn begin<T, P>(&'static self, key: EntryKey, options: EntryOptions) -> Begun<T>
    where
        T: Clone + Send + Sync + 'static,
        P: Keeps<T>,
    {
        if !switch::is_enabled() {
            return Begun::Disabled;
        }
        let table = self.table::<T, P>();
        if !table.is_shared()
            && let Some(Ok(value)) = table.get::<Proof<T>, _>(&key)
        {
            return Begun::Hit(value);
        }
        Begun::Load(Load { entries: self, table, key, options })
    }
}

impl<T: Clone + Send + Sync + 'static> Load<T> {
    fn miss(&self) -> Miss<String, Proof<T>> {
        // It may be stored in this table from now on, and has to be found there.
        let _ = self.entries.others(self.table);
        begin_missed(self.table, Proof::PROOF, &self.key).in_scopes(self.options.scopes.clone())
    }

    /// On this thread.
    pub(super) fn run<E>(self, load: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let ttl = self.options.ttl;
        let mut error = None;
        let lookup = self.miss().run_lookup(|| {
            ttl.map(inside::set_ttl);
            load().map_err(|said| failed(&mut error, said))
        });
        self.end(lookup, error)
    }

    /// As a future.
    pub(super) async fn run_async<E>(self, load: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let ttl = self.options.ttl;
        let mut error = None;
        let miss = self.miss();
        let lookup = miss
            .run_async(pin!(async {
                ttl.map(inside::set_ttl);
                load.await.map_err(|said| failed(&mut error, said))
            }))
            .await;
        self.end(lookup, error)
    }

    /// What the caller gets. `error` is what its own load said, if it failed.
    fn end<E>(self, lookup: Lookup<Result<T, Failed>>, error: Option<E>) -> Result<T, E> {
        // What was overtaken while it was loaded is not stored, and takes nobody's place.
        let is_stored = || lookup.value.is_ok() && self.table.remaining(&self.key).is_some();
        if lookup.source == Source::Miss && !self.table.is_shared() && is_stored() {
            // In place of a value of another type.
            for other in self.entries.others(self.table) {
                other.remove(&self.key);
            }
        }
        lookup.value.map_err(|Failed| error.expect("only a load of one's own fails"))
    }
}

fn failed<E>(error: &mut Option<E>, said: E) -> Failed {
    *error = Some(said);
    Failed
}
