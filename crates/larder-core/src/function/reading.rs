//! What is asked of a shared store for a key of a function, and what depends on the answer.

use std::ops::Range;

use super::Function;
use crate::{
    call::Scopes,
    clock::Nanos,
    context::Records,
    shared::{Reading, Tier},
    sync::Arc,
};

impl<K, V> Function<K, V> {
    /// A read of what is stored for a key, and which of its names an entry has to name: tags and user.
    pub(crate) fn reading(
        &self,
        tier: &Tier<V>,
        hash: u64,
        key: &str,
        texts: &Scopes,
    ) -> (Reading, Range<usize>) {
        let (space, names) = (tier.space, &tier.names);
        let mut scopes = Vec::with_capacity(UNNAMED + texts.tags.len() + 1);
        scopes.extend([space.all(), names.function.clone(), names.key(space, key)]);
        scopes.extend(texts.tags.iter().map(|tag| space.tag(tag)));
        scopes.extend(texts.user.as_deref().map(|user| space.user(user)));
        let (entry, hint) = (names.entry(space, key), tier.hint(hash));
        let hint = hint.as_deref().unwrap_or_default();
        if tier.replaces_others {
            // What an entry belongs to was said when it was stored; what is said now holds for a new one.
            let named = UNNAMED + hint.len()..hint.len() + scopes.len();
            let hint = [hint, &scopes.split_off(UNNAMED)].concat();
            return (Reading::new(space, entry, scopes, &hint), named);
        }
        let named = UNNAMED..scopes.len();
        (Reading::new(space, entry, scopes, hint), named)
    }
}

/// What a value depends on in its store, for whoever computes from it.
pub(crate) fn records<'a, V>(
    tier: &Tier<V>,
    scopes: impl Iterator<Item = &'a str>,
    snapshot: u64,
    dependencies: Vec<(String, u64)>,
    asked: Nanos,
) -> Arc<Records> {
    let mut all = dependencies;
    let more = scopes.filter(|scope| !all.iter().any(|(name, _)| name == *scope));
    let more: Vec<_> = more.map(|scope| (scope.into(), snapshot)).collect();
    all.extend(more);
    Arc::new(Records { space: std::ptr::from_ref(tier.space).addr(), scopes: all, asked })
}

/// The first scopes, of everything, the function and the key, are no tags or users, which an entry has to name.
const UNNAMED: usize = 3;
