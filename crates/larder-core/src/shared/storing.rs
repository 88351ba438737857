//! Storing values that nothing computes: each is an invalidation of its key, and then a value that knows of it.
//!
//! The number of the invalidation is the snapshot of the value. So whatever was computed for the key before is older than what its scope says, in every process, also when it is
//! written later.

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
}

/// Stores values without a function, all in these scopes. Two batches and a message, however many there are.
pub(crate) async fn store<V: Sync>(
    tier: &Tier<V>,
    values: &[Stored<'_, V>],
    named: &[String],
    way: Way,
) -> Result<(), Error> {
    let space = tier.space;
    let common = [space.all(), space.function("")];
    let scopes: Vec<_> = common.iter().chain(named).cloned().collect();
    let (number, missing) = begin(space, scopes, way).await.map_err(Error::store)?;
    let mut batch = missing;
    let mut keys = Vec::new();
    for Stored { key, value, fresh_for } in values {
        let scope = space.key("", key);
        batch.push(Operation::Raise { key: scope.clone(), to: number, ttl: MARGIN });
        let [all, function] = common.clone();
        let scopes = [all, function, scope.clone()];
        batch.extend(writing(tier, key, value, number, &scopes, named, *fresh_for)?);
        keys.push(scope);
    }
    space.ask(&batch, way).await.map_err(Error::store)?;
    space.sent.note(&keys, number);
    space.tell(&keys, way).await.map_err(Error::store)
}

/// Stores a value without a function if there is no valid one; says whether it did. Of several processes that do so at once, one succeeds.
pub(crate) async fn store_if_absent<V: Sync>(
    tier: &Tier<V>,
    Stored { key, value, fresh_for }: Stored<'_, V>,
    named: &[String],
    way: Way,
) -> Result<bool, Error> {
    let space = tier.space;
    let scopes = [space.all(), space.function(""), space.key("", key)];
    let entry = space.entry("", tier.slot(), key);
    let reading = Reading::new(space, entry.clone(), scopes.to_vec(), named);
    let mut readings = [reading];
    let verdict = super::together(&mut readings, space, &*tier.sealing, way).await.pop();
    let snapshot = match verdict {
        Some(Verdict::Nothing { snapshot }) => snapshot,
        Some(Verdict::Failed(error)) => return Err(Error::store(error)),
        Some(Verdict::Valid(_)) | None => return Ok(false),
    };
    // What is there is not valid, or no value of this type: it goes, unless another one has taken its place meanwhile.
    let batch = writing(tier, key, value, snapshot, &scopes, named, fresh_for)?;
    let batch = in_place_of(&readings[0].take_seen(), &entry, batch);
    let answers = space.ask(&batch, way).await.map_err(Error::store)?;
    Ok(answers.last() == Some(&Answer::Done(true)))
}

/// Takes the next number of the sequence, above those of all these scopes; gives it, and what makes the records that are missing.
async fn begin(space: &Space, scopes: Vec<String>, way: Way) -> Result<(u64, Vec<Operation>), StoreError> {
    let before = space.highest();
    let looks = scopes.iter().map(|key| Operation::Number { key: key.clone() });
    let batch: Vec<_> = space.next(&[]).into_iter().chain(looks).collect();
    let mut numbers = space.ask(&batch, way).await?.into_iter().map(number_of);
    let number = numbers.next().flatten().ok_or_else(|| StoreError::refused("store"))?;
    let known: Vec<_> = numbers.collect();
    let newest = known.iter().copied().flatten().max().unwrap_or(0).max(before);
    // A sequence that was lost and begun anew may be below what some records have.
    let number = space.above(newest, number, way).await?;
    let missing = scopes.into_iter().zip(known).filter(|(_, known)| known.is_none());
    let made = missing.map(|(key, _)| Operation::Raise { key, to: number, ttl: MARGIN });
    Ok((number, made.collect()))
}

fn writing<V>(
    tier: &Tier<V>,
    key: &str,
    value: &V,
    snapshot: u64,
    scopes: &[String],
    named: &[String],
    fresh_for: Nanos,
) -> Result<Vec<Operation>, Error> {
    let dependencies: Vec<_> = named.iter().map(|name| (name.clone(), snapshot)).collect();
    let sealed = Sealed { snapshot, scopes, dependencies: &dependencies, fresh_for, grace: 0 };
    let entry = tier.space.entry("", tier.slot(), key);
    let batch = tier.writing(&entry, &sealed, value).map_err(Error::codec)?;
    Ok(batch.unwrap_or_default())
}
