//! Everything that can be cached, visible from outside.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use pantry::cached;

/// What can go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// There is no such thing.
    Missing(u64),
    /// Try again.
    Busy,
}

/// Adds.
#[cached(crate = ::pantry)]
#[must_use]
pub fn sum(left: u64, right: u64) -> u64 {
    left + right
}

/// With every option that may stand beside the others.
///
/// # Errors
///
/// Without a name for this number.
#[cached(
    crate = ::pantry,
    ttl = "1h 30m",
    idle = 600,
    jitter = 0.1,
    max_entries = 1_000,
    max_bytes = "1MiB",
    weigh = |value| value.as_ref().map_or(0, String::len),
    policy = sieve,
    cache_if = |value| !matches!(value, Ok(name) if name.is_empty()),
    cache_err = Trouble::Missing(_),
    err_ttl = Duration::from_secs(5),
    single_flight = true,
    on_event = observe,
    name = "names",
)]
pub fn name(id: u64) -> Result<String, Trouble> {
    if id == 0 { Err(Trouble::Missing(id)) } else { Ok(id.to_string()) }
}

fn observe(event: &pantry::Event) {
    drop(format!("{event:?}"));
}

/// Options of options.
#[cached(crate = ::pantry, cache_none = true, none_ttl = 1, ttl_with = |_| Duration::from_secs(3))]
#[must_use]
pub fn half(number: u32) -> Option<u32> {
    number.is_multiple_of(2).then_some(number / 2)
}

/// Borrowed arguments.
#[cached(crate = ::pantry, ignore = [log])]
pub fn longest(words: &[&str], fallback: Option<&str>, log: &mut Vec<String>) -> Arc<str> {
    log.push("ran".to_owned());
    words.iter().copied().max_by_key(|word| word.len()).or(fallback).unwrap_or_default().into()
}

/// An async function.
///
/// # Errors
///
/// When it is busy.
#[cached(crate = ::pantry, ttl = 5)]
pub async fn fetch(url: &str, mut attempts: u8) -> Result<String, Trouble> {
    while attempts > 3 {
        std::future::ready(()).await;
        attempts -= 1;
    }
    if url.is_empty() { Err(Trouble::Busy) } else { Ok(format!("{url}{attempts}")) }
}

/// A function that returns a future.
#[cached(crate = ::pantry)]
pub fn later(name: &str) -> impl Future<Output = String> + use<> {
    let name = name.to_owned();
    async move { name }
}

/// A generic function.
#[cached(crate = ::pantry, max_entries = 10)]
pub fn count<T, const N: usize>(items: [T; N]) -> HashMap<T, usize>
where
    T: Hash + Eq + Clone + Send + Sync + 'static,
{
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(item).or_insert(0) += 1;
    }
    counts
}

/// Text of any kind.
#[cached(crate = ::pantry)]
pub fn shout(text: impl AsRef<str>, suffix: impl Into<String>) -> String {
    text.as_ref().to_uppercase() + &suffix.into()
}

/// A template.
#[cached(crate = ::pantry, key = "{id}/{page}")]
#[must_use]
pub fn page(id: u32, page: u32, note: &str) -> String {
    format!("{id}{page}{note}")
}

/// A function that is loaded before anybody calls it.
#[cached(crate = ::pantry, preload = greetings, ignore = [log])]
#[must_use]
pub fn greeting(name: &str, title: Option<&str>, log: &[u8]) -> String {
    format!("{} {name}{}", title.unwrap_or_default(), log.len())
}

fn greetings() -> impl Iterator<Item = (String, Option<String>, Vec<u8>)> {
    ["ada", "bob"].into_iter().map(|name| (name.to_owned(), None, Vec::new()))
}

/// The same, later.
///
/// # Errors
///
/// Never.
#[cached(crate = ::pantry, preload = async || Ok::<_, Trouble>([Ok::<_, Trouble>((1,))]))]
pub async fn greeting_later(id: u64) -> Result<u64, Trouble> {
    std::future::ready(Ok(id)).await
}

/// Without parameters.
#[cached(crate = ::pantry, preload = true)]
#[must_use]
pub fn settings() -> u8 {
    1
}

/// Somebody who asks.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who it is.
    pub user: u64,
    /// Where.
    pub realm: String,
}

/// A value with tags, in a cache with a name.
#[cached(
    crate = ::pantry,
    ignore = [session],
    user = session.user,
    tags = ["feeds", "feed:{session.user}/{page}", session.realm.to_lowercase(), session.realm],
    cache = "feeds",
)]
#[must_use]
pub fn feed(session: &Session, page: u32) -> String {
    format!("{}{page}", session.user)
}

/// The same, later.
#[cached(crate = ::pantry, user = user, tags = ["{user}{page}"], cache = "feeds")]
pub async fn feed_later(user: u64, page: u32, name: String) -> String {
    std::future::ready(format!("{user}{page}{name}")).await
}

/// An unsafe function.
///
/// # Safety
///
/// Callers must guarantee nothing.
#[cached(crate = ::pantry)]
pub unsafe fn twice(number: u8) -> u16 {
    u16::from(number) * 2
}

/// A type with methods.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Users {
    /// Where they live.
    pub realm: String,
}

impl Users {
    /// A method.
    #[cached(crate = ::pantry, ttl = 60)]
    #[must_use]
    pub fn greet(&self, name: &str) -> String {
        format!("{name}@{}", self.realm)
    }

    /// An async method.
    ///
    /// # Errors
    ///
    /// Never.
    #[cached(crate = ::pantry, ignore = [self])]
    pub async fn load(&self, id: u64) -> Result<u64, Trouble> {
        std::future::ready(Ok(id)).await
    }

    /// A function without `self`.
    #[cached(crate = ::pantry, handle = method)]
    #[must_use]
    pub fn limit(of: u8) -> u64 {
        u64::from(of) * 10
    }

    /// A method with tags.
    #[cached(crate = ::pantry, user = self.realm, tags = ["{self.realm}", "{name}"], only = [name])]
    #[must_use]
    pub fn welcome(&self, name: &str, greeting: &str) -> String {
        format!("{greeting} {name}@{}", self.realm)
    }

    /// A method that takes a shared pointer.
    #[cached(crate = ::pantry)]
    #[must_use]
    pub fn shared(self: Arc<Self>) -> usize {
        self.realm.len()
    }
}

/// A trait.
pub trait Price {
    /// A price.
    fn price(&self, amount: u32) -> u64;
    /// A price, later.
    fn price_later(&self, amount: u32) -> impl Future<Output = u64> + Send;
}

impl Price for Users {
    #[cached(crate = ::pantry, handle = none)]
    fn price(&self, amount: u32) -> u64 {
        u64::from(amount) * self.realm.len() as u64
    }

    #[cached(crate = ::pantry, handle = none, user = self.realm.len(), tags = ["{amount}", self.realm.trim()], cache = "prices")]
    async fn price_later(&self, amount: u32) -> u64 {
        std::future::ready(u64::from(amount) * self.realm.len() as u64).await
    }
}
