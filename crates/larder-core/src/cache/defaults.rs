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
