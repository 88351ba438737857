//! What the companions of a shared function do: each a blocking and an async half.

use std::pin::pin;

use super::{Reading, Verdict, Way};
use crate::{
    call::{Scopes, insert_in},
    config::Config,
    defer,
    error::Error,
    function::{Function, OwnedKeys, Replacement},
    invalidation::Invalidation,
    key::{Key, KeyText},
    outcome::Proof,
    park,
    site::{Marker, Site},
    switch,
};

/// The text of a key, without its function's name.
fn text(key: &impl Key) -> String {
    let mut text = KeyText::default();
    key.text(&mut text);
    text.into_string()
}

fn invalidation<R: Proof, Q: Key>(function: &'static Function<Q::Owned, R::Value>, key: &Q) -> Invalidation {
    let (hash, owned) = (function.hash(key), key.own());
    let local = Invalidation::new(move || {
        function.invalidate(hash, |other| Q::eq_owned(other, &owned));
    });
    of_entry(local, function, key)
}

/// What an invalidation of a key does, and the same in the store.
fn of_entry<V: Send + Sync + 'static, Q: Key>(
    local: Invalidation,
    function: &'static Function<Q::Owned, V>,
    key: &Q,
) -> Invalidation {
    let Some(tier) = &function.tier else { return local };
    let (space, name, key) = (tier.space, function.site.record_name(), text(key));
    local.of_entry(space, space.key(name, &key), space.entry(name, tier.slot(), &key))
}

/// Invalidates a key, now or when the transaction around the caller succeeds; says whether the store had a value.
///
/// # Errors
///
/// When the store does not answer.
///
/// Not public API. Used by generated code.
pub fn invalidate_shared<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
) -> Result<bool, Error> {
    let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
    defer::now_or_later(invalidation::<R, Q>(function, &key)).map(|went| went > 0)
}

/// The same without blocking the task.
///
/// # Errors
///
/// As [`invalidate_shared`].
///
/// Not public API. Used by generated code.
pub async fn invalidate_shared_async<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
) -> Result<bool, Error> {
    let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
    let invalidation = invalidation::<R, Q>(function, &key);
    // What the key is made of may not be sent to other threads; it is not needed any more.
    drop(key);
    defer::now_or_later_async(invalidation).await.map(|went| went > 0)
}

/// What clearing a function does, in its store and in this process.
fn clearance(site: &'static Site) -> Invalidation {
    let local = Invalidation::new(move || crate::call::clear_now(site));
    match site.space() {
        Some(space) => local.of_records(space, vec![space.function(site.record_name())]),
        None => local,
    }
}

/// Takes every value of a function out.
///
/// # Errors
///
/// When the store does not answer.
///
/// Not public API. Used by generated code.
pub fn clear_shared(site: &'static Site) -> Result<(), Error> {
    defer::now_or_later(clearance(site)).map(drop)
}

/// The same without blocking the task.
///
/// # Errors
///
/// As [`clear_shared`].
///
/// Not public API. Used by generated code.
pub async fn clear_shared_async(site: &'static Site) -> Result<(), Error> {
    defer::now_or_later_async(clearance(site)).await.map(drop)
}

/// A look at what is stored for a key.
fn looking<R: Proof, Q: Key>(function: &'static Function<Q::Owned, R::Value>, key: &Q) -> Option<Reading> {
    let tier = function.tier.as_ref()?;
    let (reading, _) = function.reading(tier, function.hash(key), &text(key), &Scopes::default());
    Some(reading.only_looking())
}

fn seen<V>(verdict: Verdict<V>) -> Result<Option<V>, Error> {
    match verdict {
        Verdict::Valid(taken) => Ok((crate::clock::now() < taken.fresh_until).then_some(taken.value)),
        Verdict::Nothing { .. } => Ok(None),
        Verdict::Failed(error) => Err(Error::store(error)),
    }
}

/// The value of a key if there is a fresh one; nothing runs, nothing is counted.
///
/// # Errors
///
/// When the store does not answer.
///
/// Not public API. Used by generated code.
pub fn peek_shared<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
) -> Result<Option<R::Value>, Error> {
    let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
    let reading = looking::<R, Q>(function, &key);
    let (Some(tier), Some(mut reading), true) = (&function.tier, reading, switch::is_enabled()) else {
        return Ok(None);
    };
    seen(reading.ask(tier.space, &*tier.sealing))
}

/// The same without blocking the task.
///
/// # Errors
///
/// As [`peek_shared`].
///
/// Not public API. Used by generated code.
pub async fn peek_shared_async<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    _returns: R,
    key: Q,
) -> Result<Option<R::Value>, Error> {
    let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
    let reading = looking::<R, Q>(function, &key);
    drop(key);
    let (Some(tier), Some(mut reading), true) = (&function.tier, reading, switch::is_enabled()) else {
        return Ok(None);
    };
    seen(reading.ask_async(tier.space, &*tier.sealing).await)
}

/// A value on its way into the store of a function.
enum Insertion<K: 'static, V: 'static> {
    Replacement(Replacement<K, V>),
    /// What was there goes, and nothing takes its place: in a transaction, and if the function's options say that the value is not kept.
    Removal(Invalidation),
    Nothing,
}

fn insertion<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
    value: R::Value,
    scopes: Scopes,
) -> Insertion<Q::Owned, R::Value> {
    if !switch::is_enabled() {
        return Insertion::Nothing;
    }
    let function = site.function::<M, Q::Owned, R::Value>(config, OwnedKeys::of::<Q>());
    let Some(tier) = &function.tier else {
        insert_in::<M, R, Q>(site, config, returns, key, value, scopes);
        return Insertion::Nothing;
    };
    let (hash, owned) = (function.hash(&key), key.own());
    let spans = if defer::is_active() { None } else { function.spans::<R>(&value, None) };
    let Some(spans) = spans else {
        let local = Invalidation::new(move || {
            function.forget(hash, |other| Q::eq_owned(other, &owned));
        });
        return Insertion::Removal(of_entry(local, function, &key));
    };
    Insertion::Replacement(Replacement {
        function,
        tier,
        hash,
        text: text(&key),
        key: owned,
        value,
        spans,
        scopes,
    })
}

/// Stores a value for a key, in these scopes. What other functions computed from the one before becomes invalid. In a transaction nothing is stored: when it succeeds, what was there is gone.
///
/// # Errors
///
/// When the store does not answer: then what was there is invalid as soon as it does, and in this process at once. When the value cannot be written.
///
/// Not public API. Used by generated code.
pub fn insert_shared<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
    value: R::Value,
    scopes: Scopes,
) -> Result<(), Error> {
    match insertion::<M, R, Q>(site, config, returns, key, value, scopes) {
        Insertion::Replacement(new) => park::block_on(pin!(new.store(Way::Blocking))),
        Insertion::Removal(invalidation) => defer::now_or_later(invalidation).map(drop),
        Insertion::Nothing => Ok(()),
    }
}

/// The same without blocking the task.
///
/// # Errors
///
/// As [`insert_shared`].
///
/// Not public API. Used by generated code.
pub async fn insert_shared_async<M: Marker, R: Proof, Q: Key>(
    site: &'static Site,
    config: fn() -> Config<R::Value>,
    returns: R,
    key: Q,
    value: R::Value,
    scopes: Scopes,
) -> Result<(), Error> {
    // The key, which may not be sent to other threads, ends before anything is waited for.
    let insertion = insertion::<M, R, Q>(site, config, returns, key, value, scopes);
    match insertion {
        Insertion::Replacement(new) => new.store(Way::Async).await,
        Insertion::Removal(invalidation) => defer::now_or_later_async(invalidation).await.map(drop),
        Insertion::Nothing => Ok(()),
    }
}

/// A key whose text is the same in every process.
///
/// Not public API. Used by generated code.
pub fn portable<Q: Key>(key: Q) -> Q {
    const { assert_portable(Q::PORTABLE) };
    key
}

/// What it says is the compile error of a function, so it says what to write there. It comes when the function is built,
/// which `cargo check` does not do.
const fn assert_portable(is_portable: bool) {
    assert!(
        is_portable,
        "a part of the key of a function with a shared store has no text that is the same in every process; put `#[derive(CacheKey)]` on its type, leave it out with `ignore = [..]`, or say what identifies the call with `key = ..`"
    );
}

#[cfg(test)]
mod tests {
    use super::assert_portable;

    #[test]
    fn what_has_a_text_of_its_own_is_portable() {
        assert_portable(true);
    }

    /// That it is a compile error is tested by an example in the documentation of `#[cached]`.
    #[test]
    #[should_panic(
        expected = "a part of the key of a function with a shared store has no text that is the same in every process; put `#[derive(CacheKey)]` on its type, leave it out with `ignore = [..]`, or say what identifies the call with `key = ..`"
    )]
    fn the_compile_error_says_what_to_write() {
        assert_portable(false);
    }
}
