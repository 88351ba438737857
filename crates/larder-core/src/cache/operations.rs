//! Invalidating by tag, by user, or everything: of one cache or of all, async or blocking.

use super::{Cache, Inner, all};
use crate::shared::Space;
use crate::{
    defer,
    entry::{Memory, Place},
    error::Error,
    invalidation::Invalidation,
    key::{CacheKey, KeyText},
    scope::Strength,
};

/// What an invalidation reaches.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    All,
    Tag(String),
    User(String),
}

impl Target {
    /// The record of its scope in a shared store.
    fn record(&self, space: &Space) -> String {
        match self {
            Self::All => space.all(),
            Self::Tag(tag) => space.tag(tag),
            Self::User(user) => space.user(user),
        }
    }

    fn tag(tag: &str) -> Result<Self, Error> {
        if tag.is_empty() { Err(Error::empty_tag()) } else { Ok(Self::Tag(tag.into())) }
    }

    fn user(user: &(impl CacheKey + ?Sized)) -> Option<Self> {
        KeyText::of_user(user).map(Self::User)
    }
}

/// A [`Cache`] whose operations block instead of being async: [`Cache::blocking`].
#[derive(Debug)]
pub struct Blocking<P: Place = Memory> {
    cache: Cache<P>,
}

impl<P: Place> Cache<P> {
    /// The same cache, with operations that need no async runtime.
    #[must_use]
    pub fn blocking(&self) -> Blocking<P> {
        Blocking { cache: *self }
    }
}

impl<P: Place> Blocking<P> {
    /// The same cache, with async operations.
    #[must_use]
    pub fn cache(&self) -> Cache<P> {
        self.cache
    }
}

impl<P: Place> Clone for Blocking<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Place> Copy for Blocking<P> {}

/// Invalidates in these caches if no store has to be told and no transaction to be waited for; otherwise, what is to take effect.
fn at_once(caches: Vec<&'static Inner>, targets: Vec<Target>, strength: Strength) -> Option<Invalidation> {
    if defer::is_active() || caches.iter().any(|cache| cache.has_spaces()) {
        return Some(invalidation(caches, targets, strength));
    }
    for cache in caches {
        targets.iter().for_each(|target| cache.invalidate(target, strength));
    }
    None
}

/// What invalidating in these caches does, in shared stores and in this process.
fn invalidation(caches: Vec<&'static Inner>, targets: Vec<Target>, strength: Strength) -> Invalidation {
    let records: Vec<_> = caches
        .iter()
        .flat_map(|cache| cache.spaces())
        .map(|space| (space, targets.iter().map(|target| target.record(space)).collect::<Vec<_>>()))
        .collect();
    let invalidation = Invalidation::new(move || {
        for cache in caches {
            targets.iter().for_each(|target| cache.invalidate(target, strength));
        }
    });
    records
        .into_iter()
        .fold(invalidation, |invalidation, (space, names)| invalidation.of_records(space, names))
}

/// Has an invalidation take effect, now or when the transaction around the caller succeeds: `effect!([async] ..)` without blocking the task.
macro_rules! effect {
    ([async] $invalidation:expr) => {
        match $invalidation {
            Some(invalidation) => defer::now_or_later_async(invalidation).await.map(drop),
            None => Ok(()),
        }
    };
    ([] $invalidation:expr) => {
        match $invalidation {
            Some(invalidation) => defer::now_or_later(invalidation).map(drop),
            None => Ok(()),
        }
    };
}

/// The operations of one place: whether its functions are async, what they are called on, and which caches that means.
macro_rules! operations {
    ([$($kind:tt)*] ($($this:ident)?) $caches:expr) => {
        operations!(@strength [$($kind)*] ($($this)?) $caches, Strength::Hard,
            "invalidates", "never served again",
            invalidate_all invalidate_tag invalidate_tags invalidate_user);
        operations!(@strength [$($kind)*] ($($this)?) $caches, Strength::Soft,
            "expires", "computed anew; served only where a stale value may be",
            expire_all expire_tag expire_tags expire_user);
    };
    (
        @strength [$($kind:tt)*] ($($this:ident)?) $caches:expr, $strength:expr, $verb:literal, $meaning:literal,
        $all:ident $tag:ident $tags:ident $user:ident
    ) => {
        #[doc = concat!("Every value there is ", $verb, ": ", $meaning, ". Cost: a few stores for each function; the entries leave in the background.")]
        ///
        /// # Errors
        ///
        /// None in memory. When a shared store does not answer: it is told as soon as it does, and this process keeps to it meanwhile. All other caches are reached all the same, and
        /// [`caches_not_told`](Error::caches_not_told) says which were not.
        pub $($kind)* fn $all($(&$this)?) -> Result<(), Error> {
            effect!([$($kind)*] at_once($caches, vec![Target::All], $strength))
        }

        #[doc = concat!("Every value with this tag ", $verb, ": ", $meaning, ". Cost: one lookup, however many values it reaches.")]
        ///
        /// # Errors
        ///
        /// When the tag is empty; then nothing was done. When a shared store does not answer. Then all other caches are reached all the same, and [`caches_not_told`](Error::caches_not_told) says which were
        /// not; they are as soon as their stores answer.
        pub $($kind)* fn $tag($(&$this,)? tag: impl AsRef<str>) -> Result<(), Error> {
            let target = Target::tag(tag.as_ref())?;
            effect!([$($kind)*] at_once($caches, vec![target], $strength))
        }

        #[doc = concat!("Every value with one of these tags ", $verb, ": ", $meaning, ". Cost: one lookup for each tag.")]
        ///
        /// # Errors
        ///
        /// When a tag is empty; then nothing was done. When a shared store does not answer. Then all other caches are reached all the same, and [`caches_not_told`](Error::caches_not_told) says which were
        /// not; they are as soon as their stores answer.
        pub $($kind)* fn $tags($(&$this,)? tags: impl IntoIterator<Item = impl AsRef<str>>) -> Result<(), Error> {
            let targets = tags.into_iter().map(|tag| Target::tag(tag.as_ref())).collect::<Result<_, _>>()?;
            effect!([$($kind)*] at_once($caches, targets, $strength))
        }

        #[doc = concat!("Every value of this user (`user = ..`) ", $verb, ": ", $meaning, ". Cost: one lookup, however many values it reaches.")]
        ///
        /// Users are compared by their key's text: `7_u32` and `7_i64` are one user, `7` and `"7"` are two. `Some(7)` is
        /// user `7`, and `None` is nobody.
        ///
        /// # Errors
        ///
        /// None in memory. When a shared store does not answer: it is told as soon as it does, and this process keeps to it meanwhile. All other caches are reached all the same, and
        /// [`caches_not_told`](Error::caches_not_told) says which were not.
        pub $($kind)* fn $user($(&$this,)? user: impl CacheKey) -> Result<(), Error> {
            let target = Target::user(&user);
            effect!([$($kind)*] at_once($caches, target.into_iter().collect(), $strength))
        }
    };
}

/// In all caches, async.
pub mod root {
    use super::*;

    operations!([async] () all());
}

/// In all caches, without an async runtime: the same names as at the root of the crate.
pub mod blocking {
    use super::*;

    operations!([] () all());
}

/// All of these are effective when they return.
impl<P: Place> Cache<P> {
    operations!([async] (self) vec![self.inner]);
}

/// All of these are effective when they return.
impl<P: Place> Blocking<P> {
    operations!([] (self) vec![self.cache.inner]);
}
