//! Storing values that nothing computes: each is an invalidation of its key, and then a value that knows of it.
//!
//! The number of the invalidation is the snapshot of the value. So whatever was computed for the key before, and from what it had, is older than what its scope says, in every process, also
//! when it is written later. Like every invalidation it is sent later if the store does not answer; the value is not.

use super::{
    Reading, Sealed, Space, Tier, Verdict, Way, reading::number_of, space::MARGIN, writing::in_place_of,
};
use crate::{
    clock::Nanos,
    error::Error,
    store::bytes::{Answer, Operation, StoreError},
};

/// A value on its way into a store: under which key, in which scopes beside, and for how long.
#[derive(Debug)]
pub(crate) struct Stored<'a, V> {
    /// The text of its key.
    pub(crate) key: &'a str,
    pub(crate) value: &'a V,
    pub(crate) fresh_for: Nanos,
    /// How long it is kept after that.
    pub(crate) grace: Nanos,
}

/// Stores values in place of whatever their keys have, all in these scopes. Two batches and a message, however many there are.
///
/// # Errors
///
/// When the store does not answer: then what was there is invalid as soon as it does, and in this process at once. When the serializer refuses a value: then nothing was done.
pub(crate) async fn store<V: Sync>(
    tier: &Tier<V>,
    values: &[Stored<'_, V>],
    named: &[String],
    way: Way,
) -> Result<(), Error> {
    let space = tier.space;
    let keys: Vec<_> = values.iter().map(|one| tier.names.key(space, one.key)).collect();
    let attempts = space.unsent.attempts();
    let result = replace(tier, values, &keys, named, way).await;
    match &result {
        Ok(()) => space.unsent.settled(&keys, attempts),
        Err(error) if error.as_store_error().is_some() => space.keep(&keys),
        Err(_) => {}
    }
    result
}

async fn replace<V: Sync>(
    tier: &Tier<V>,
    values: &[Stored<'_, V>],
    keys: &[String],
    named: &[String],
    way: Way,
) -> Result<(), Error> {
    let space = tier.space;
    let common = [space.all(), tier.names.function.clone()];
    let scopes: Vec<_> = common.iter().chain(named).cloned().collect();
    let begun = begin(space, scopes, way).await.map_err(Error::store)?;
    let is_lost = begun.everything.is_some();
    let result = write(tier, values, keys, named, begun, way).await;
    if result.is_err() && is_lost {
        // After this number nobody would notice.
        space.keep(&[space.all()]);
    }
    result
}

async fn write<V: Sync>(
    tier: &Tier<V>,
    values: &[Stored<'_, V>],
    keys: &[String],
    named: &[String],
    begun: Begun,
    way: Way,
) -> Result<(), Error> {
    let (space, common) = (tier.space, [tier.space.all(), tier.names.function.clone()]);
    let Begun { number, mut batch, everything } = begun;
    for (stored, scope) in values.iter().zip(keys) {
        batch.push(Operation::Raise { key: scope.clone(), to: number, ttl: MARGIN });
        let [all, function] = common.clone();
        batch.extend(writing(tier, stored, number, &[all, function, scope.clone()], named)?);
    }
    space.ask(&batch, way).await.map_err(Error::store)?;
    let told: Vec<_> = keys.iter().cloned().chain(everything).collect();
    space.sent.note(&told, number);
    space.tell(&told, way).await.map_err(Error::store)
}

/// Stores a value without a function if there is no valid one; says whether it did. Of several processes that do so at once, one succeeds.
pub(crate) async fn store_if_absent<V: Sync>(
    tier: &Tier<V>,
    stored: Stored<'_, V>,
    named: &[String],
    way: Way,
) -> Result<bool, Error> {
    let space = tier.space;
    let scopes = [space.all(), tier.names.function.clone(), tier.names.key(space, stored.key)];
    let entry = tier.names.entry(space, stored.key);
    let reading = Reading::new(space, entry.clone(), scopes.to_vec(), named);
    let mut readings = [reading];
    let verdict = super::together(&mut readings, space, &*tier.sealing, way).await.pop();
    let snapshot = match verdict {
        Some(Verdict::Nothing { snapshot }) => snapshot,
        Some(Verdict::Failed(error)) => return Err(Error::store(error)),
        Some(Verdict::Valid(_)) | None => return Ok(false),
    };
    // What is there is not valid, or no value of this type: it goes, unless another one has taken its place meanwhile.
    let batch = writing(tier, &stored, snapshot, &scopes, named)?;
    let batch = in_place_of(&readings[0].take_seen(), &entry, batch);
    let answers = space.ask(&batch, way).await.map_err(Error::store)?;
    Ok(answers.last() == Some(&Answer::Done(true)))
}

/// What is known before values are written.
struct Begun {
    /// Their snapshot.
    number: u64,
    /// Makes the records that are missing.
    batch: Vec<Operation>,
    /// The record of everything, if that became invalid.
    everything: Option<String>,
}

/// Takes the next number of the sequence, above those of all these scopes.
async fn begin(space: &Space, scopes: Vec<String>, way: Way) -> Result<Begun, StoreError> {
    let before = space.highest();
    let looks = scopes.iter().map(|key| Operation::Number { key: key.clone() });
    let batch: Vec<_> = space.next(&[]).into_iter().chain(looks).collect();
    let mut numbers = space.ask(&batch, way).await?.into_iter().map(number_of);
    let number = numbers.next().flatten().ok_or_else(|| StoreError::refused("store"))?;
    let known: Vec<_> = numbers.collect();
    let newest = known.iter().copied().flatten().max().unwrap_or(0).max(before);
    // The store has lost invalidations that it had acknowledged, nobody knows which. After this number nobody would notice.
    let everything = (number <= before).then(|| space.all());
    // A sequence that was lost and begun anew may be below what some records have.
    let number = space.above(newest, number, way).await?;
    let missing = scopes.into_iter().zip(known).filter(|(_, known)| known.is_none()).map(|(key, _)| key);
    let made = missing.chain(everything.clone()).map(|key| Operation::Raise { key, to: number, ttl: MARGIN });
    Ok(Begun { number, batch: made.collect(), everything })
}

fn writing<V>(
    tier: &Tier<V>,
    stored: &Stored<'_, V>,
    snapshot: u64,
    scopes: &[String],
    named: &[String],
) -> Result<Vec<Operation>, Error> {
    let Stored { key, value, fresh_for, grace } = *stored;
    let dependencies: Vec<_> = named.iter().map(|name| (name.clone(), snapshot)).collect();
    let sealed = Sealed { snapshot, scopes, dependencies: &dependencies, fresh_for, grace };
    let entry = tier.names.entry(tier.space, key);
    let batch = tier.writing(&entry, &sealed, value).map_err(Error::codec)?;
    Ok(batch.unwrap_or_default())
}
