//! The last good value of a shared store, in place of a failure.

use std::panic::resume_unwind;

use super::{
    Found,
    guarded::Panic,
    reading::records,
    turn::{Outcome, Turn},
};
use crate::{
    clock::{self, Nanos},
    event::EventKind,
    reader,
    shared::{Taken, Tier},
    stats::Count,
};

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    /// The function panicked: the last good value, or the panic goes on.
    pub(super) fn stand_in(
        &mut self,
        tier: &'static Tier<V>,
        scopes: &[String],
        good: Option<Taken<V>>,
        panic: Panic,
    ) -> Outcome<V> {
        let now = clock::now();
        self.rest(tier, now);
        match self.may_stand_in(good, now) {
            Some(good) => {
                // Otherwise it is counted when the turn ends by the panic.
                self.function.site.counters.count(Count::LoadLost, reader::current());
                // The hook has reported it; dropping what it carries may panic once more.
                std::mem::forget(panic);
                self.fall_back_on(tier, scopes, good)
            }
            None => resume_unwind(panic),
        }
    }

    /// The function has failed: it is not tried again for a while.
    pub(super) fn rest(&self, tier: &Tier<V>, now: Nanos) {
        let Some(rules) = self.function.rules else { return };
        self.note_failure(&tier.renewal(self.hash, rules), now);
    }

    /// The last good value, if this call may have it in place of a failure.
    pub(super) fn may_stand_in(&self, good: Option<Taken<V>>, now: Nanos) -> Option<Taken<V>> {
        let window = self.function.error_window(&self.around.options);
        good.filter(|good| self.is_guarded() && now.saturating_sub(good.fresh_until) < window)
    }

    /// The last good value in place of a failure. Those who wait find it, too, and that the function is not to be tried again yet.
    pub(super) fn fall_back_on(
        &mut self,
        tier: &'static Tier<V>,
        scopes: &[String],
        good: Taken<V>,
    ) -> Outcome<V> {
        self.function.note(Count::Stale, EventKind::StaleHit);
        if let Some(nested) = &self.around.nested {
            let scopes = scopes.iter().map(String::as_str);
            let records = records(tier, scopes, good.snapshot, good.dependencies, clock::now());
            nested.depend(self.function, self.lead.snapshot, &[], &[records]);
        }
        self.leave();
        Outcome::of(Found { value: good.value, made: good.made, is_stale: true, due: None })
    }
}
