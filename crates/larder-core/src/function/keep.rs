//! Is a value worth keeping, and for how long.

use std::time::Duration;

use super::Function;
use crate::{
    clock::{self, NEVER, Nanos},
    context::{Dependency, Notes, Records},
    fresh::{Rules, random},
    outcome::{Class, Proof},
    scope::Sequence,
    store::memory::{Life, New, tag},
    sync::{Arc, AtomicU64},
};

/// How a value is to be kept.
#[derive(Debug)]
pub(crate) struct Keep {
    pub(crate) made: Nanos,
    /// In a box until it is stored: few values have one, and all of them are moved several times.
    pub(super) life: Option<Box<Life>>,
}

impl Keep {
    pub(crate) fn entry<K, V>(self, hash: u64, snapshot: Sequence, key: K, value: V) -> New<K, V> {
        New { tag: tag(hash), snapshot, made: self.made, life: self.life, key, value }
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Function<K, V> {
    /// What the options say of a value; `None` if it is not kept. Runs the user's predicates, so no lock may be held.
    #[inline]
    pub(super) fn keep<R: Proof<Value = V>>(&self, value: &V, notes: &Notes) -> Option<Keep> {
        let config = &self.config;
        let class = R::class(value);
        let wanted = match class {
            Class::Value => true,
            Class::None => config.cache_none,
            Class::Err => config.cache_err.is_some_and(|is_kept| is_kept(value)),
        };
        if notes.no_store || !wanted || config.cache_if.is_some_and(|is_kept| !is_kept(value)) {
            return None;
        }
        let own = notes.ttl.or(match class {
            Class::Err => config.err_ttl,
            Class::None => config.none_ttl,
            Class::Value => None,
        });
        let own = own.or_else(|| config.ttl_with.map(|ttl_with| ttl_with(value)));
        if own == Some(Duration::ZERO) {
            return None;
        }
        let made = clock::now();
        Some(Keep { made, life: self.life(value, class, own, made, &notes.dependencies, &notes.records) })
    }

    /// How long a value that was not computed would be fresh from now on, and kept after that; `None` if it is not kept. Runs the user's predicates, as [`keep`](Self::keep).
    pub(crate) fn spans<R: Proof<Value = V>>(
        &self,
        value: &V,
        ttl: Option<Duration>,
    ) -> Option<(Nanos, Nanos)> {
        let keep = self.keep::<R>(value, &Notes { ttl, ..Notes::default() })?;
        Some(Life::spans(keep.life.as_deref(), keep.made, self.memory.ttl()))
    }

    /// What this value has beside others of the function, if anything.
    #[inline]
    fn life(
        &self,
        value: &V,
        class: Class,
        own: Option<Duration>,
        made: Nanos,
        dependencies: &[Dependency],
        records: &[Arc<Records>],
    ) -> Option<Box<Life>> {
        let config = &self.config;
        let lifetime = own.map_or_else(|| self.memory.ttl(), clock::nanos);
        let jitters = config.jitter > 0.0 && lifetime != NEVER;
        let weighs = config.max_bytes.is_some();
        let grows_old = self.rules.is_some();
        if own.is_none()
            && config.idle.is_none()
            && !jitters
            && !weighs
            && !grows_old
            && dependencies.is_empty()
            && records.is_empty()
        {
            return None;
        }
        let until = (own.is_some() || jitters).then(|| {
            let lifetime = if jitters { random::shorten(lifetime, config.jitter) } else { lifetime };
            made.saturating_add(lifetime)
        });
        let weight = if weighs { config.weigh.map_or(size_of::<V>(), |weigh| weigh(value)) } else { 0 };
        // An error is an answer for as long as `err_ttl` says, and never the last good value.
        let grace = self.rules.filter(|_| class != Class::Err).map_or(0, Rules::grace);
        Some(Box::new(Life {
            until,
            grace,
            renewal: None,
            idle: config.idle.map_or(NEVER, clock::nanos),
            used: AtomicU64::new(made),
            weight: weight as u64,
            dependencies: dependencies.into(),
            records: records.into(),
        }))
    }
}
