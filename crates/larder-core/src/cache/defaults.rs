//! What a named cache says for functions that say nothing themselves.

use std::time::Duration;

use crate::{config::Config, policy::Policy};

/// The options of a named cache.
#[derive(Clone, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) ttl: Option<Duration>,
    pub(crate) idle: Option<Duration>,
    pub(crate) jitter: Option<f64>,
    pub(crate) max_entries: Option<usize>,
    pub(crate) policy: Option<Policy>,
    /// Before the keys of its records in a shared store.
    pub(crate) prefix: Option<String>,
    /// The shared store of its functions that say `store = shared`, and of its entries.
    pub(crate) store: Option<SharedStore>,
    /// What its entries become bytes by there.
    pub(crate) serializer: Option<crate::entry::GivenSerializer>,
}

/// A store, as far as it can be shown.
#[derive(Clone)]
pub(crate) struct SharedStore(pub(crate) std::sync::Arc<dyn crate::store::bytes::Store>);

impl std::fmt::Debug for SharedStore {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("SharedStore").field(&self.0.name()).finish()
    }
}

impl Defaults {
    /// Whether a function that says nothing has a bound or a lifetime by these.
    pub(crate) fn bound(&self) -> bool {
        self.ttl.is_some() || self.idle.is_some() || self.max_entries.is_some()
    }

    /// The options of a function, with these where it says nothing. Its lifetime and bound are kept apart, since those of the cache may change.
    pub(crate) fn complete<V>(&self, config: &mut Config<V>) {
        config.idle = config.idle.or(self.idle);
        config.policy = config.policy.or(self.policy);
        if let (Some(jitter), true) = (self.jitter, config.jitter == 0.0) {
            config.jitter = jitter;
        }
    }
}
