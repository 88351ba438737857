//! Reading entries: one or several, of whatever type or of one.

use std::time::Duration;

use super::{
    Entries, Keeps,
    key::EntryKey,
    table::{Proof, Table},
};
use crate::{
    clock::{self, NEVER},
    context::Records,
    error::Error,
    event::EventKind,
    function::{Around, records},
    reader,
    scope::SEQUENCE,
    shared::{AnyType, ENTRY_SLOT, Reading, Space, Taken, Tier, Verdict, Way, together},
    stats::Count,
    switch,
};

impl Entries {
    /// The values of these keys, in their order. In a store one batch asks for all of them.
    pub(super) async fn get<T, P>(&self, keys: &[EntryKey], way: Way) -> Result<Vec<Option<T>>, Error>
    where
        T: Clone + Send + Sync + 'static,
        P: Keeps<T>,
    {
        if !switch::is_enabled() {
            return Ok(keys.iter().map(|_| None).collect());
        }
        let table = self.table::<T, P>();
        match &table.tier {
            Some(tier) => get_shared(table, tier, keys, way).await,
            None => Ok(keys.iter().map(|key| self.get_local(table, key)).collect()),
        }
    }

    fn get_local<T: Clone + Send + Sync + 'static>(
        &self,
        table: &'static Table<T>,
        key: &EntryKey,
    ) -> Option<T> {
        let found = table.get::<Proof<T>, _>(key);
        if found.is_none() {
            table.note(Count::Miss, EventKind::Miss);
        }
        found.and_then(Result::ok)
    }

    /// How long the value of a key is fresh from now on, if there is one, of whatever type.
    pub(super) async fn remaining(&self, key: &EntryKey, way: Way) -> Result<Option<Duration>, Error> {
        if !switch::is_enabled() {
            return Ok(None);
        }
        let Some(space) = self.space else {
            let remaining = self.all().into_iter().filter_map(|table| table.remaining(key)).max();
            return Ok(
                remaining.map(|left| if left == NEVER { Duration::MAX } else { Duration::from_nanos(left) })
            );
        };
        let entry = space.entry("", ENTRY_SLOT, key.as_str());
        let mut readings = [Reading::new(space, entry, scopes(space, key), &[]).only_looking()];
        match together(&mut readings, space, &AnyType, way).await.pop() {
            Some(Verdict::Valid(taken)) => {
                let left = taken.fresh_until.saturating_sub(clock::now());
                Ok((left > 0).then(|| Duration::from_nanos(left)))
            }
            Some(Verdict::Failed(error)) => Err(Error::store(error)),
            Some(Verdict::Nothing { .. }) | None => Ok(None),
        }
    }
}

/// The scopes that every value of a key depends on.
pub(super) fn scopes(space: &Space, key: &EntryKey) -> Vec<String> {
    vec![space.all(), space.function(""), space.key("", key.as_str())]
}

async fn get_shared<T: Clone + Send + Sync + 'static>(
    table: &'static Table<T>,
    tier: &'static Tier<Result<T, super::Failed>>,
    keys: &[EntryKey],
    way: Way,
) -> Result<Vec<Option<T>>, Error> {
    let space = tier.space;
    let (before, asked) = (SEQUENCE.snapshot(), clock::now());
    let arounds: Vec<_> = keys.iter().map(|key| Around::of(table, table.hash(key))).collect();
    let reading = |(key, around): (&EntryKey, &Around)| {
        let hint = tier.hint(table.hash(key));
        let entry = space.entry("", tier.slot(), key.as_str());
        let reading = Reading::new(space, entry, scopes(space, key), hint.as_deref().unwrap_or_default());
        let reading = if around.options.skip_read { reading.without_entry() } else { reading };
        reading.only_looking()
    };
    let mut readings: Vec<_> = keys.iter().zip(&arounds).map(reading).collect();
    let verdicts = together(&mut readings, space, &*tier.sealing, way).await;
    let mut values = Vec::with_capacity(keys.len());
    for (((key, around), reading), verdict) in keys.iter().zip(&arounds).zip(&readings).zip(verdicts) {
        let depend = |snapshot, dependencies| {
            if let Some(nested) = &around.nested {
                let records = records(tier, reading.scopes(), snapshot, dependencies, asked);
                nested.depend(table, before, &[], &[records]);
            }
        };
        match verdict {
            Verdict::Valid(Taken { value: Ok(value), snapshot, dependencies, fresh_until, .. })
                if clock::now() < fresh_until =>
            {
                tier.learn(table.hash(key), &dependencies);
                table.count_hit(reader::current(), false);
                depend(snapshot, dependencies);
                values.push(Some(value));
            }
            Verdict::Valid(_) | Verdict::Nothing { .. } => {
                table.note(Count::Miss, EventKind::Miss);
                if let Some(nested) = &around.nested {
                    // Between the two halves of an insertion nobody can tell that there is going to be one: what is computed from there being none is not stored.
                    nested.depend(table, before, &[], &[Records::unknown()]);
                }
                values.push(None);
            }
            Verdict::Failed(error) => {
                table.site.counters.count(Count::StoreError, reader::current());
                return Err(Error::store(error));
            }
        }
    }
    Ok(values)
}
