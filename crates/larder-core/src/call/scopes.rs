//! What the value of one call belongs to, before it is known in which cache.

use crate::{
    cache::Inner,
    key::{CacheKey, KeyText},
    scope::Scope,
    sync::Arc,
};

/// The tags and the user of one value.
///
/// Not public API. Used by generated code.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    pub(crate) tags: Vec<String>,
    pub(crate) user: Option<String>,
}

impl Scopes {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And this tag; an empty one does nothing, as with `add_tag`.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        let tag = tag.into();
        if !tag.is_empty() {
            self.tags.push(tag);
        }
        self
    }

    /// And this user; `Some(user)` is that user, and `None` is nobody.
    #[must_use]
    pub fn user(mut self, user: &impl CacheKey) -> Self {
        self.user = KeyText::of_user(user);
        self
    }

    /// What they are in a cache.
    pub(crate) fn of_cache(&self, cache: &Inner) -> Vec<Arc<Scope>> {
        let tags = self.tags.iter().map(|tag| cache.tags.get_or_insert(tag.as_str()));
        let user = self.user.iter().map(|user| cache.users.get_or_insert(user.as_str()));
        cache.tend_later();
        tags.chain(user).collect()
    }
}
