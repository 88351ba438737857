//! What can go wrong in larder itself.

use std::{fmt, time::Duration};

use crate::{codec::CodecError, store::bytes::StoreError};

/// An error of larder's own. A function's errors are never turned into one.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
}

#[derive(Debug)]
#[cfg_attr(not(feature = "encrypt"), allow(dead_code, reason = "without keys there are no mistakes in them"))]
enum Kind {
    Environment { variable: &'static str, value: String, wanted: &'static str },
    CacheExists { name: String },
    NoSuchCache { name: String, known: Vec<&'static str> },
    NoProvider { name: String, known: Vec<&'static str> },
    Keys { variable: Option<&'static str>, mistake: String },
    NamesUnsaid { cache: String },
    CacheInUse { name: String },
    Feature { feature: &'static str, what: &'static str },
    EmptyTag,
    EmptyName,
    TimedOut { function: &'static str, after: Duration },
    Store(StoreError),
    NotTold { first: (&'static str, StoreError), others: Vec<(&'static str, StoreError)> },
    Codec(CodecError),
    Configuration(Box<dyn std::error::Error + Send + Sync>),
    EntriesElsewhere { cache: &'static str, is_in_store: bool },
    OtherSerializer { cache: &'static str, wanted: &'static str },
    EntriesInUse { name: String },
    Prefix { prefix: String, wrong: &'static str },
}

impl Error {
    pub(crate) fn environment(variable: &'static str, value: String, wanted: &'static str) -> Self {
        Self { kind: Kind::Environment { variable, value, wanted } }
    }

    /// A mistake in keys, which says nothing of what they are.
    #[cfg(feature = "encrypt")]
    pub(crate) fn keys(variable: Option<&'static str>, mistake: impl Into<String>) -> Self {
        Self { kind: Kind::Keys { variable, mistake: mistake.into() } }
    }

    #[cfg(feature = "encrypt")]
    pub(crate) fn names_unsaid(cache: &str) -> Self {
        Self { kind: Kind::NamesUnsaid { cache: cache.into() } }
    }

    pub(crate) fn cache_in_use(name: String) -> Self {
        Self { kind: Kind::CacheInUse { name } }
    }

    pub(crate) fn feature(feature: &'static str, what: &'static str) -> Self {
        Self { kind: Kind::Feature { feature, what } }
    }

    pub(crate) fn cache_exists(name: String) -> Self {
        Self { kind: Kind::CacheExists { name } }
    }

    pub(crate) fn no_such_cache(name: &str, known: Vec<&'static str>) -> Self {
        Self { kind: Kind::NoSuchCache { name: name.into(), known } }
    }

    pub(crate) fn no_provider(name: &str, known: Vec<&'static str>) -> Self {
        Self { kind: Kind::NoProvider { name: name.into(), known } }
    }

    pub(crate) fn empty_tag() -> Self {
        Self { kind: Kind::EmptyTag }
    }

    pub(crate) fn empty_name() -> Self {
        Self { kind: Kind::EmptyName }
    }

    pub(crate) fn timed_out(function: &'static str, after: Duration) -> Self {
        Self { kind: Kind::TimedOut { function, after } }
    }

    pub(crate) fn store(error: StoreError) -> Self {
        Self { kind: Kind::Store(error) }
    }

    /// Stores that did not hear of an invalidation, each with the name of its cache; nothing if all did.
    pub(crate) fn not_told(failures: Vec<(&'static str, StoreError)>) -> Option<Self> {
        let mut failures = failures.into_iter();
        let first = failures.next()?;
        Some(Self { kind: Kind::NotTold { first, others: failures.collect() } })
    }

    pub(crate) fn codec(error: CodecError) -> Self {
        Self { kind: Kind::Codec(error) }
    }

    /// Not public API. Used by the crate larder, for what its stores say of their configuration.
    #[doc(hidden)]
    #[must_use]
    pub fn configuration(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { kind: Kind::Configuration(Box::new(error)) }
    }

    pub(crate) fn entries_elsewhere(cache: &'static str, is_in_store: bool) -> Self {
        Self { kind: Kind::EntriesElsewhere { cache, is_in_store } }
    }

    pub(crate) fn other_serializer(cache: &'static str, wanted: &'static str) -> Self {
        Self { kind: Kind::OtherSerializer { cache, wanted } }
    }

    pub(crate) fn entries_in_use(name: String) -> Self {
        Self { kind: Kind::EntriesInUse { name } }
    }

    pub(crate) fn prefix(prefix: String, wrong: &'static str) -> Self {
        Self { kind: Kind::Prefix { prefix, wrong } }
    }

    /// Why a value could not be written as bytes, if that was it.
    #[must_use]
    pub fn as_codec_error(&self) -> Option<&CodecError> {
        match &self.kind {
            Kind::Codec(error) => Some(error),
            _ => None,
        }
    }

    /// Whether a store was configured wrongly, such as with a URL that is none.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        matches!(self.kind, Kind::Configuration(_) | Kind::Prefix { .. })
    }

    /// Whether the entries of a cache were asked for in memory that live in a store, the other way round, by another serializer than theirs, or were used before their cache was built
    /// with a store.
    #[must_use]
    pub fn is_entries_elsewhere(&self) -> bool {
        matches!(
            self.kind,
            Kind::EntriesElsewhere { .. } | Kind::OtherSerializer { .. } | Kind::EntriesInUse { .. }
        )
    }

    /// What the store said, if it was one that failed; of several, the first.
    #[must_use]
    pub fn as_store_error(&self) -> Option<&StoreError> {
        match &self.kind {
            Kind::Store(error) | Kind::NotTold { first: (_, error), .. } => Some(error),
            _ => None,
        }
    }

    /// The caches that an invalidation could not tell, since their stores did not answer. All others were told, and these are as soon as their stores answer. Empty for every other error.
    pub fn caches_not_told(&self) -> impl Iterator<Item = &'static str> {
        let failures = match &self.kind {
            Kind::NotTold { first, others } => Some(std::iter::once(first).chain(others)),
            _ => None,
        };
        failures.into_iter().flatten().map(|(cache, _)| *cache)
    }

    /// Whether a cached function took longer than its `hard_timeout`; the execution goes on in the background.
    #[must_use]
    pub fn is_timed_out(&self) -> bool {
        matches!(self.kind, Kind::TimedOut { .. })
    }

    /// Whether a cache was built whose name another one has already.
    #[must_use]
    pub fn is_cache_exists(&self) -> bool {
        matches!(self.kind, Kind::CacheExists { .. })
    }

    /// Whether a cache was named that does not exist; the message lists those that do.
    #[must_use]
    pub fn is_no_such_cache(&self) -> bool {
        matches!(self.kind, Kind::NoSuchCache { .. })
    }

    /// Whether a function was to be preloaded that has no provider; the message lists those that have one.
    #[must_use]
    pub fn is_no_provider(&self) -> bool {
        matches!(self.kind, Kind::NoProvider { .. })
    }

    /// Whether a tag or a name was empty.
    #[must_use]
    pub fn is_empty_name(&self) -> bool {
        matches!(self.kind, Kind::EmptyTag | Kind::EmptyName)
    }

    /// Whether an environment variable holds something larder does not understand; the message names it.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        matches!(self.kind, Kind::Environment { .. } | Kind::Keys { variable: Some(_), .. })
    }

    /// Whether encryption keys are missing or malformed, or do not say what becomes of names. The message says nothing of what they are.
    #[must_use]
    pub fn is_keys(&self) -> bool {
        matches!(self.kind, Kind::Keys { .. } | Kind::NamesUnsaid { .. })
    }

    /// Whether a cache that is to compress or encrypt was built after its store had been used without.
    #[must_use]
    pub fn is_cache_in_use(&self) -> bool {
        matches!(self.kind, Kind::CacheInUse { .. })
    }

    /// Whether something was asked for that needs a feature of larder; the message names it.
    #[must_use]
    pub fn is_missing_feature(&self) -> bool {
        matches!(self.kind, Kind::Feature { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Environment { variable, value, wanted } => {
                write!(out, "the environment variable {variable} is {value:?}; write {wanted}")
            }
            Kind::Keys { variable, mistake } => {
                match variable {
                    Some(variable) => {
                        write!(out, "the environment variable {variable} holds no keys: {mistake}")?
                    }
                    None => write!(out, "these are no keys: {mistake}")?,
                }
                out.write_str(
                    "; write `names=SECRET,2=KEY,1=KEY`, each secret and key of 64 hexadecimal digits (`openssl rand -hex 32`); the first key encrypts",
                )
            }
            Kind::NamesUnsaid { cache } => {
                write!(
                    out,
                    "the keys of the cache {cache:?} do not say what becomes of the names of its records, which hold arguments, tags and users; hide them with `.names(secret)`, or leave them with `.readable_names()`"
                )
            }
            Kind::CacheInUse { name } => {
                write!(
                    out,
                    "the cache {name:?} has used its store already, otherwise than it is built now; build it before the first call of its functions"
                )
            }
            Kind::Feature { feature, what } => {
                write!(
                    out,
                    "{what} needs a feature of larder; write `larder = {{ features = [{feature:?}] }}` in Cargo.toml"
                )
            }
            Kind::CacheExists { name } => {
                write!(
                    out,
                    "a cache named {name:?} was built before; get it with `larder::cache({name:?})`, or choose another name"
                )
            }
            Kind::NoSuchCache { name, known } => {
                let known = known.join(", ");
                write!(
                    out,
                    "there is no cache named {name:?}; build it with `Cache::builder({name:?})`, or name one of: {known}"
                )
            }
            Kind::TimedOut { function, after } => {
                write!(
                    out,
                    "`{function}` took longer than {after:?}; it goes on in the background, and its value is kept for later calls"
                )
            }
            Kind::Store(error) => error.fmt(out),
            Kind::NotTold { first: (cache, error), others } => {
                write!(out, "the cache {cache:?} will be told later: {error}")?;
                others.iter().try_for_each(|(cache, error)| write!(out, "; {cache:?}: {error}"))
            }
            Kind::Codec(error) => error.fmt(out),
            Kind::Configuration(error) => error.fmt(out),
            Kind::EntriesElsewhere { cache, is_in_store: true } => {
                write!(
                    out,
                    "the entries of the cache {cache:?} live in its store; get them with `in_store()`"
                )
            }
            Kind::EntriesElsewhere { cache, is_in_store: false } => {
                write!(
                    out,
                    "the cache {cache:?} was built without a store, and its entries live in memory; get them with `in_memory()`, or build it with `.store(..)`"
                )
            }
            Kind::OtherSerializer { cache, wanted } => {
                write!(
                    out,
                    "the entries of the cache {cache:?} are written by another serializer than `{wanted}`; name the one that it was built with"
                )
            }
            Kind::EntriesInUse { name } => {
                write!(
                    out,
                    "entries of the cache {name:?} were used in memory before it was built with a store; build it first"
                )
            }
            Kind::Prefix { prefix, wrong } => {
                write!(
                    out,
                    "the prefix {prefix:?} {wrong}; write up to {MOST_PREFIX} characters that can be seen, such as `myapp`"
                )
            }
            Kind::NoProvider { name, known } if known.is_empty() => {
                write!(
                    out,
                    "no function has a provider, {name:?} neither; give it one with `#[cached(preload = ..)]`"
                )
            }
            Kind::NoProvider { name, known } => {
                let known = known.join(", ");
                write!(
                    out,
                    "there is no function {name:?} with a provider; give it one with `#[cached(preload = ..)]`, or name one of: {known}"
                )
            }
            Kind::EmptyTag => {
                out.write_str("a tag is empty; name what the value belongs to, such as `user:7`")
            }
            Kind::EmptyName => out.write_str("the name of a cache is empty; name it"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Store(error) | Kind::NotTold { first: (_, error), .. } => error.source(),
            Kind::Codec(error) => error.source(),
            Kind::Configuration(error) => error.source(),
            _ => None,
        }
    }
}

/// The longest prefix, in bytes: the keys of some stores have not much more than 200.
pub(crate) const MOST_PREFIX: usize = 64;
