//! Storing entries: one or several.

use std::time::Duration;

use super::{
    Entries, EntryOptions, Keeps,
    key::EntryKey,
    table::{AnyTable, Proof, Table},
};
use crate::{
    call, defer,
    error::Error,
    function::Inserting,
    invalidation::Invalidation,
    key::Key,
    reader,
    shared::{Space, Stored, Way, store, store_if_absent},
    stats::Count,
    switch,
};

impl Entries {
    /// Stores values. What is loaded for their keys now will not replace them, and what was computed from what was there is invalid.
    pub(super) async fn insert<T, P>(
        &'static self,
        values: Vec<(EntryKey, T)>,
        options: &EntryOptions,
        way: Way,
    ) -> Result<(), Error>
    where
        T: Clone + Send + Sync + 'static,
        P: Keeps<T>,
    {
        if !switch::is_enabled() || values.is_empty() {
            return Ok(());
        }
        let table = self.table::<T, P>();
        let others = self.others(table);
        let Some(tier) = &table.tier else {
            for (key, value) in values {
                insert_local(table, others.clone(), key, value, inserting(options));
            }
            return Ok(());
        };
        if options.ttl == Some(Duration::ZERO) || defer::is_active() {
            // In a transaction nothing is stored in a store; when it succeeds, what was there is gone.
            let keys: Vec<_> = values.into_iter().map(|(key, _)| key).collect();
            return self.remove(keys, way).await.map(drop);
        }
        let values: Vec<_> = values.into_iter().map(|(key, value)| (key, Ok(value))).collect();
        let stored: Vec<_> = values
            .iter()
            .filter_map(|(key, value)| {
                let (fresh_for, grace) = table.spans::<Proof<T>>(value, options.ttl)?;
                Some(Stored { key: key.as_str(), value, fresh_for, grace })
            })
            .collect();
        let result = store(tier, &stored, &named(tier.space, options), way).await;
        for (key, _) in &values {
            table.replace(key);
            others.iter().for_each(|other| other.replace(key));
        }
        noted(table, result)
    }

    /// Stores a value if the key has none; says whether it did.
    pub(super) async fn insert_if_absent<T, P>(
        &self,
        key: EntryKey,
        value: T,
        options: &EntryOptions,
        way: Way,
    ) -> Result<bool, Error>
    where
        T: Clone + Send + Sync + 'static,
        P: Keeps<T>,
    {
        if !switch::is_enabled() || options.ttl == Some(Duration::ZERO) {
            return Ok(false);
        }
        let table = self.table::<T, P>();
        let others = self.others(table);
        let Some(tier) = &table.tier else {
            if table.remaining(&key).is_some() {
                return Ok(false);
            }
            let how = Inserting { only_if_absent: true, ..inserting(options) };
            if defer::is_active() {
                insert_local(table, others, key, value, how);
                return Ok(true);
            }
            return Ok(insert_now(table, &others, &key, value, how));
        };
        if defer::is_active() {
            // In a transaction nothing is stored in a store: it may fail yet.
            return Ok(self.remaining(&key, way).await?.is_none());
        }
        let value = Ok(value);
        let Some((fresh_for, grace)) = table.spans::<Proof<T>>(&value, options.ttl) else { return Ok(false) };
        let stored = Stored { key: key.as_str(), value: &value, fresh_for, grace };
        let result = store_if_absent(tier, stored, &named(tier.space, options), way).await;
        if let Ok(true) = &result {
            table.replace(&key);
            others.iter().for_each(|other| other.replace(&key));
        }
        noted(table, result)
    }
}

/// In memory, now or when the transaction around the caller succeeds.
fn insert_local<T: Clone + Send + Sync + 'static>(
    table: &'static Table<T>,
    others: Vec<&'static dyn AnyTable>,
    key: EntryKey,
    value: T,
    how: Inserting,
) {
    call::later(Invalidation::new(move || {
        insert_now(table, &others, &key, value, how);
    }));
}

/// In memory; says whether it was this value's turn.
fn insert_now<T: Clone + Send + Sync + 'static>(
    table: &'static Table<T>,
    others: &[&'static dyn AnyTable],
    key: &EntryKey,
    value: T,
    how: Inserting,
) -> bool {
    if !table.insert::<Proof<T>>(table.hash(key), key.own(), Ok(value), how) {
        return false;
    }
    // After it is there: of two that store values of two types, one at least finds the other's.
    for other in others {
        other.remove(key);
    }
    true
}

fn inserting(options: &EntryOptions) -> Inserting {
    Inserting { scopes: options.scopes.clone(), ttl: options.ttl, only_if_absent: false }
}

/// The records of an entry's tags and user.
pub(super) fn named(space: &Space, options: &EntryOptions) -> Vec<String> {
    let tags = options.scopes.tags.iter().map(|tag| space.tag(tag));
    tags.chain(options.scopes.user.as_deref().map(|user| space.user(user))).collect()
}

fn noted<T: Send + Sync + 'static, R>(table: &Table<T>, result: Result<R, Error>) -> Result<R, Error> {
    if result.is_err() {
        table.site.counters.count(Count::StoreError, reader::current());
    }
    result
}
