//! How one function is cached: what its attribute says.

use std::{fmt, time::Duration};

use crate::shared::TierOptions;
use crate::{
    clock::{self, NEVER, Nanos},
    error::Error,
    event::Event,
    fresh::Rules,
    outcome::Optional,
    policy::Policy,
};

/// The options of one function. Generated code fills it in; [`Handle`](crate::Handle) changes lifetime and bounds later.
///
/// Not public API. Used by generated code.
#[doc(hidden)]
pub struct Config<V> {
    pub(crate) ttl: Option<Duration>,
    pub(crate) idle: Option<Duration>,
    pub(crate) jitter: f64,
    pub(crate) ttl_with: Option<fn(&V) -> Duration>,
    pub(crate) max_entries: Option<usize>,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) weigh: Option<fn(&V) -> usize>,
    pub(crate) policy: Option<Policy>,
    pub(crate) cache_if: Option<fn(&V) -> bool>,
    pub(crate) cache_none: bool,
    pub(crate) none_ttl: Option<Duration>,
    pub(crate) cache_err: Option<fn(&V) -> bool>,
    pub(crate) err_ttl: Option<Duration>,
    pub(crate) single_flight: bool,
    pub(crate) on_event: Option<fn(&Event)>,
    pub(crate) rules: Rules,
    /// The result of a call that waited too long.
    pub(crate) timed_out: Option<fn(Error) -> V>,
    pub(crate) tier: Option<TierOptions<V>>,
}

impl<V> Config<V> {
    /// Nothing said: values live until they are invalidated, and there is no bound.
    #[must_use]
    pub fn new() -> Self {
        Self {
            ttl: None,
            idle: None,
            jitter: 0.0,
            ttl_with: None,
            max_entries: None,
            max_bytes: None,
            weigh: None,
            policy: None,
            cache_if: None,
            cache_none: true,
            none_ttl: None,
            cache_err: None,
            err_ttl: None,
            single_flight: true,
            on_event: None,
            rules: Rules::NONE,
            timed_out: None,
            tier: None,
        }
    }

    /// The lifetime of a value.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// How long a value may stay unread.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }

    /// The largest share by which a lifetime is shortened at random.
    #[must_use]
    pub fn jitter(mut self, jitter: f64) -> Self {
        self.jitter = jitter.clamp(0.0, 1.0);
        self
    }

    /// The lifetime from the value.
    #[must_use]
    pub fn ttl_with(mut self, ttl_with: fn(&V) -> Duration) -> Self {
        self.ttl_with = Some(ttl_with);
        self
    }

    /// The most entries.
    #[must_use]
    pub fn max_entries(mut self, max_entries: usize) -> Self {
        self.max_entries = Some(max_entries);
        self
    }

    /// The most weight.
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = Some(max_bytes);
        self
    }

    /// What a value weighs beside its own size.
    #[must_use]
    pub fn weigh(mut self, weigh: fn(&V) -> usize) -> Self {
        self.weigh = Some(weigh);
        self
    }

    /// Who leaves first.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Which values are kept.
    #[must_use]
    pub fn cache_if(mut self, cache_if: fn(&V) -> bool) -> Self {
        self.cache_if = Some(cache_if);
        self
    }

    /// Whether `None` is kept.
    #[must_use]
    pub fn cache_none(mut self, cache_none: bool) -> Self
    where
        V: Optional,
    {
        self.cache_none = cache_none;
        self
    }

    /// The lifetime of `None`.
    #[must_use]
    pub fn none_ttl(mut self, ttl: Duration) -> Self
    where
        V: Optional,
    {
        self.none_ttl = Some(ttl);
        self
    }

    /// Which errors are kept.
    #[must_use]
    pub fn cache_err(mut self, cache_err: fn(&V) -> bool) -> Self
    where
        V: Clone,
    {
        self.cache_err = Some(cache_err);
        self
    }

    /// The lifetime of errors.
    #[must_use]
    pub fn err_ttl(mut self, ttl: Duration) -> Self {
        self.err_ttl = Some(ttl);
        self
    }

    /// Whether callers of one key wait for each other.
    #[must_use]
    pub fn single_flight(mut self, single_flight: bool) -> Self {
        self.single_flight = single_flight;
        self
    }

    /// How long a value is served after its lifetime while it is refreshed in the background.
    #[must_use]
    pub fn stale_while_revalidate(mut self, window: Duration) -> Self {
        self.rules.while_revalidate = clock::nanos(window);
        self
    }

    /// How long a value is served after its lifetime when the function fails.
    #[must_use]
    pub fn stale_if_error(mut self, window: Duration) -> Self {
        self.rules.if_error = clock::nanos(window);
        self
    }

    /// How long after a failure the function is not tried again.
    #[must_use]
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.rules.retry_after = clock::nanos(pause).max(LEAST_PAUSE);
        self
    }

    /// How often a key in use is refreshed.
    #[must_use]
    pub fn refresh(mut self, interval: Duration) -> Self {
        self.rules.refresh = clock::nanos(interval).max(LEAST_PAUSE);
        self
    }

    /// How long a key may stay unread and is still refreshed.
    #[must_use]
    pub fn refresh_idle(mut self, idle: Duration) -> Self {
        self.rules.refresh_idle = clock::nanos(idle);
        self
    }

    /// Whether hits refresh values before their time.
    #[must_use]
    pub fn early(mut self, early: bool) -> Self {
        self.rules.early = early;
        self
    }

    /// How long a call waits with a stale value at hand.
    #[must_use]
    pub fn soft_timeout(mut self, timeout: Duration) -> Self {
        self.rules.soft_timeout = clock::nanos(timeout);
        self
    }

    /// How long a call waits at most, and what it gives then.
    #[must_use]
    pub fn hard_timeout(mut self, timeout: Duration, timed_out: fn(Error) -> V) -> Self {
        self.rules.hard_timeout = clock::nanos(timeout);
        self.timed_out = Some(timed_out);
        self
    }

    /// Where values live beside memory.
    #[must_use]
    pub fn shared(mut self, tier: TierOptions<V>) -> Self {
        self.tier = Some(tier);
        self
    }

    /// Who is told of events.
    #[must_use]
    pub fn on_event(mut self, on_event: fn(&Event)) -> Self {
        self.on_event = Some(on_event);
        self
    }
}

impl<V> Config<V> {
    /// The rules by which values grow old, where there are any.
    pub(crate) fn rules(&self) -> Option<Rules> {
        let mut rules = self.rules;
        if rules.refresh != NEVER && rules.refresh_idle == NEVER {
            rules.refresh_idle = rules.refresh.saturating_mul(INTERVALS_UNREAD);
        }
        if self.jitter > 0.0 {
            rules.jitter = self.jitter as f32;
        }
        (self.rules != Rules::NONE).then_some(rules)
    }
}

impl<V> Default for Config<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> fmt::Debug for Config<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Config")
            .field("ttl", &self.ttl)
            .field("max_entries", &self.max_entries)
            .finish_non_exhaustive()
    }
}

/// The least time between two runs of a key in the background: 1 ms.
const LEAST_PAUSE: Nanos = 1_000_000;

/// A key is refreshed for so many intervals after it was read last, unless `refresh_idle` says otherwise.
const INTERVALS_UNREAD: u64 = 10;
