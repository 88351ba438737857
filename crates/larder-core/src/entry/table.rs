//! The entries of one cache: one instance of a function for each type of values.

use std::any::TypeId;

use super::{
    GivenSerializer, Keeps,
    key::EntryKey,
    number::Numbers,
    value::{Loaded, Values},
};
use crate::{
    cache::Inner,
    clock::Nanos,
    config::Config,
    function::{Function, OwnedKeys},
    key::Key,
    registry,
    shared::{Space, TierOptions},
    site::{ENTRIES, Free, Meta, Site, StoreSource},
    store::bytes::Absent,
    sync::plain::{Mutex, lock},
};

/// The function that the entries of one type are kept by.
pub(super) type Table<T> = Function<String, Loaded<T>>;

/// The entries of a cache. They live as long as the program.
pub(crate) struct Entries {
    pub(crate) site: &'static Site,
    /// The store they live in.
    pub(super) space: Option<&'static Space>,
    serializer: Option<GivenSerializer>,
    /// A table for each type that anything was stored of.
    tables: Mutex<Vec<(TypeId, &'static dyn AnyTable)>>,
    pub(crate) numbers: Numbers,
}

/// A table of whatever type.
pub(super) trait AnyTable: Send + Sync {
    /// Takes a value out, and dooms what is loaded for its key; says whether there was one.
    fn remove(&self, key: &EntryKey) -> bool;
    /// Takes note that a value was stored elsewhere: dooms what is loaded for the key, and what was computed from the value before.
    fn replace(&self, key: &EntryKey);
    /// How long a value is fresh from now on, if there is one.
    fn remaining(&self, key: &EntryKey) -> Option<Nanos>;
}

impl Entries {
    /// Those of a cache, in the store that it was built with.
    pub(crate) fn new(cache: &'static Inner) -> &'static Self {
        let (serializer, space) = (cache.serializer(), cache.space());
        let meta = Meta {
            name: format!("{} (entries)", cache.name).leak(),
            file: "",
            line: ENTRIES,
            options: "",
            is_async: false,
            bounded: false,
        };
        let site = Site::new(meta).in_cache(cache.name);
        let site = if space.is_some() {
            site.in_store(StoreSource::OfCache(|| {
                std::sync::Arc::new(Absent::new("shared", "the cache has no store"))
            }))
        } else {
            site
        };
        let site: &'static Site = Box::leak(Box::new(site));
        let entries = Self { site, space, serializer, tables: Mutex::default(), numbers: Numbers::default() };
        registry::add(site);
        Box::leak(Box::new(entries))
    }

    /// The table of one type.
    pub(super) fn table<T, P>(&self) -> &'static Table<T>
    where
        T: Clone + Send + Sync + 'static,
        P: Keeps<T>,
    {
        let config = || {
            let config = Config::new();
            match P::sealing(self.serializer.as_ref()) {
                Some(sealing) => config.shared(TierOptions::new(sealing).replacing_others()),
                None => config,
            }
        };
        self.site.function::<Free<()>, String, Loaded<T>>(config, OwnedKeys::of::<EntryKey>())
    }

    /// Something is stored in a table: from now on it is one of those that a key may have a value in. Gives the others.
    pub(super) fn others<T: Clone + Send + Sync + 'static>(
        &self,
        table: &'static Table<T>,
    ) -> Vec<&'static dyn AnyTable> {
        let this = TypeId::of::<T>();
        let mut tables = lock(&self.tables);
        if !tables.iter().any(|(id, _)| *id == this) {
            tables.push((this, table));
        }
        tables.iter().filter(|(id, _)| *id != this).map(|(_, table)| *table).collect()
    }

    /// Every table that anything was stored in.
    pub(super) fn all(&self) -> Vec<&'static dyn AnyTable> {
        lock(&self.tables).iter().map(|(_, table)| *table).collect()
    }
}

impl<T: Clone + Send + Sync + 'static> AnyTable for Table<T> {
    fn remove(&self, key: &EntryKey) -> bool {
        let is_there = self.remaining(key).is_some();
        self.invalidate(self.hash(key), |owned| key.eq(owned)) && is_there
    }

    fn replace(&self, key: &EntryKey) {
        self.forget(self.hash(key), |owned| key.eq(owned));
    }

    fn remaining(&self, key: &EntryKey) -> Option<Nanos> {
        Function::remaining(self, key)
    }
}

/// What a value of this type is found by.
pub(super) type Proof<T> = Values<T>;

impl std::fmt::Debug for Entries {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Entries").field("site", &self.site).finish_non_exhaustive()
    }
}
