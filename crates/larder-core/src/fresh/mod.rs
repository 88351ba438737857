//! How values grow old beside their plain lifetime: stale windows, refreshing in the background, early refreshing, waiting no longer than one likes.
//!
//! A value is *fresh* until its lifetime is over, then *stale* for as long as the longest window of its function, and kept in the store meanwhile. What a rule says is
//! data on the entry ([`Life`](crate::store::memory::Life)); what has happened to a key so far is its [`Renewal`], which the entries of one key hand on. Whatever runs
//! the function (a call, a refresh, a run that outlived its caller's patience) ends in the one place that checks and stores, `Turn::finish`.

mod renewal;

pub(crate) use self::renewal::{Claim, Renewal};
use crate::clock::{NEVER, Nanos};

without_model! {
    mod due;
    mod kept;
    pub(crate) mod random;
    mod timer;
    mod within;
    mod work;

    pub use self::{due::Due, kept::*, work::Since};
    pub(crate) use self::{within::{Patience, Waited}, work::Again};
}

/// How the values of one function grow old, beside their lifetime.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rules {
    /// After its lifetime, a value is served at once for this long, while it is refreshed in the background.
    pub(crate) while_revalidate: Nanos,
    /// After its lifetime, a value is served for this long when the function fails.
    pub(crate) if_error: Nanos,
    /// How long after a failure the function is not tried again.
    pub(crate) retry_after: Nanos,
    /// A key in use is refreshed this often; [`NEVER`]: not by itself.
    pub(crate) refresh: Nanos,
    /// A key that was not read for this long is not refreshed any more.
    pub(crate) refresh_idle: Nanos,
    /// Whether a hit may refresh a value before its time, the likelier the closer that is.
    pub(crate) early: bool,
    /// The most by which an interval is shortened at random.
    pub(crate) jitter: f32,
    /// How long a call waits with a stale value at hand.
    pub(crate) soft_timeout: Nanos,
    /// How long it waits at most.
    pub(crate) hard_timeout: Nanos,
}

impl Rules {
    /// No rule at all.
    pub(crate) const NONE: Self = Self {
        while_revalidate: 0,
        if_error: 0,
        retry_after: 1_000_000_000,
        refresh: NEVER,
        refresh_idle: NEVER,
        early: false,
        jitter: 0.1,
        soft_timeout: NEVER,
        hard_timeout: NEVER,
    };

    /// How long a value is kept after its lifetime.
    pub(crate) fn grace(&self) -> Nanos {
        self.while_revalidate.max(self.if_error)
    }

    /// Whether anything is refreshed in the background.
    pub(crate) fn renews(&self) -> bool {
        self.while_revalidate > 0 || self.refresh != NEVER || self.early
    }

    /// How long after the `failures`th failure in a row the background tries again: twice as long each time, up to 32 times, and no longer than the interval.
    pub(crate) fn back_off(&self, failures: u32) -> Nanos {
        let doubled = self.retry_after.saturating_mul(1 << failures.saturating_sub(1).min(5));
        doubled.min(self.refresh.max(self.retry_after))
    }
}
