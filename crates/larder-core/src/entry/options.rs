//! What one entry has that others of its cache have not.

use std::time::Duration;

use crate::{call::Scopes, key::CacheKey};

/// The lifetime, the tags and the user of an entry: what [`Cache::with`](crate::Cache::with) takes. A plain value; keep one for each kind of entry.
///
/// ```
/// use std::time::Duration;
/// use larder_core::{Cache, EntryOptions};
///
/// let cache = Cache::builder("options of entries").build()?.blocking();
/// let report = EntryOptions::new().ttl(Duration::from_secs(3_600)).tag("reports").user(7);
/// cache.with(report).insert("june", "sales are up".to_owned())?;
///
/// cache.invalidate_tag("reports")?;
/// assert_eq!(cache.get::<String>("june")?, None);
/// # Ok::<(), larder_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "options do nothing until they are given to `Cache::with`"]
pub struct EntryOptions {
    pub(crate) ttl: Option<Duration>,
    pub(crate) scopes: Scopes,
}

impl EntryOptions {
    /// Those of the cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the entry lives, whatever the cache says; zero: it is not kept, and neither is what was there before.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// And a tag; an empty one is none.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.scopes = self.scopes.tag(tag);
        self
    }

    /// And these tags.
    pub fn tags(self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        tags.into_iter().fold(self, Self::tag)
    }

    /// Whose it is: [`invalidate_user`](crate::Cache::invalidate_user) reaches it. It is no part of the key. `Some(user)` is that user, and `None` is nobody.
    pub fn user(mut self, user: impl CacheKey) -> Self {
        self.scopes = self.scopes.user(&user);
        self
    }
}
