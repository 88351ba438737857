//! A value that was not computed by the function, on its way into a shared store.
//!
//! In the store it is an invalidation of its key, and then a value that knows of it. Memory in front of the store does not keep it: the message that tells other processes comes back to this one.

use super::Function;
use crate::{
    call::Scopes,
    clock::{self, Nanos},
    error::Error,
    event::EventKind,
    reader,
    shared::{Stored, Tier, Way, store},
    stats::Count,
};

/// A value that is to be stored for a key.
#[derive(Debug)]
pub(crate) struct Replacement<K: 'static, V: 'static> {
    pub(crate) function: &'static Function<K, V>,
    pub(crate) tier: &'static Tier<V>,
    pub(crate) hash: u64,
    pub(crate) key: K,
    /// The text of the key.
    pub(crate) text: String,
    pub(crate) value: V,
    /// How long it is fresh, and kept after that.
    pub(crate) spans: (Nanos, Nanos),
    /// Its tags and its user.
    pub(crate) scopes: Scopes,
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Replacement<K, V> {
    /// Stores it. What was computed from what was there, or runs for the key now, is invalid.
    ///
    /// # Errors
    ///
    /// As [`store`](store()).
    pub(crate) async fn store(self, way: Way) -> Result<(), Error> {
        let Self { function, tier, hash, key, text, value, spans: (fresh_for, grace), scopes } = self;
        let is_key = |owned: &K| (function.keys.eq)(owned, &key);
        // Whoever runs now is not to write over it.
        function.doom(hash, is_key);
        let space = tier.space;
        let tags = scopes.tags.iter().map(|tag| space.tag(tag));
        let named: Vec<_> = tags.chain(scopes.user.as_deref().map(|user| space.user(user))).collect();
        let stored = Stored { key: &text, value: &value, fresh_for, grace };
        let result = store(tier, &[stored], &named, way).await;
        // Also when that failed: it may have been done all the same.
        function.forget(hash, is_key);
        tier.learn(hash, &[]);
        match &result {
            Ok(()) => {
                if let Some(renewal) = tier.known_renewal(hash) {
                    renewal.stored(clock::now(), 0);
                }
                function.tell(EventKind::Insert);
            }
            Err(_) => function.site.counters.count(Count::StoreError, reader::current()),
        }
        result
    }
}
