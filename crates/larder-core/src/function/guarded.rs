//! Runs whose failure the last good value stands in for: errors, and panics too.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    task::Poll,
};

use super::{
    Found,
    turn::{Outcome, Purpose, Turn},
};
use crate::{
    clock::{self, Nanos},
    event::EventKind,
    flight::{Flights, Landing},
    fresh::Renewal,
    outcome::Proof,
    reader,
    stats::Count,
    store::memory::{Locked, Shard, tag},
    sync::MutexGuard,
};

/// What a panic carries.
pub(super) type Panic = Box<dyn Any + Send>;

/// Polls, and catches a panic.
pub(super) fn poll<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<Result<T, Panic>> {
    // What was being computed is dropped after a panic, and nothing of it is looked at.
    match catch_unwind(AssertUnwindSafe(poll)) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    /// Runs the function on this thread, inside the computation, and catches a panic.
    pub(super) fn compute_guarded(&mut self, compute: impl FnOnce() -> V) -> Result<V, Panic> {
        // What was being computed is dropped after a panic, and nothing of it is looked at.
        catch_unwind(AssertUnwindSafe(|| self.lead.level.enter(compute)))
    }

    /// Runs the function on this thread; when it fails, the last good value stands in, if there is one.
    #[cold]
    pub(super) fn run_guarded<R: Proof<Value = V>>(&mut self, compute: impl FnOnce() -> V) -> Outcome<V> {
        match self.compute_guarded(compute) {
            Ok(value) => self.conclude::<R>(value),
            Err(panic) => self.rescue::<R>(panic),
        }
    }

    /// The function panicked: the last good value, or the panic goes on.
    #[cold]
    pub(super) fn rescue<R: Proof<Value = V>>(&mut self, panic: Panic) -> Outcome<V> {
        let function = self.function;
        let shard = function.memory.shard_at(self.lead.shard as usize);
        // Before the lock, so that it is dropped after it, also by a panic.
        let mut running;
        let mut locked = shard.lock();
        running = locked.extra.end(self.hash, self.lead.id);
        self.lead.is_listed = false;
        self.flight = running.as_mut().and_then(|running| running.flight.take());
        let good = match &running {
            Some(running) => self.last_good::<R>(shard, locked, &running.key),
            None => None,
        };
        function.site.counters.count(Count::LoadLost, reader::current());
        // Those who wait find that the function is not to be tried again yet.
        if let Some(flight) = self.flight.take() {
            flight.land(self.landing(true, Landing::Abandoned));
        }
        let Some(good) = good else { resume_unwind(panic) };
        // The hook has reported it; dropping what it carries may panic once more.
        std::mem::forget(panic);
        function.note(Count::Stale, EventKind::StaleHit);
        Outcome::of(good)
    }

    /// Notes that the function has failed, so that it is not tried again for a while.
    pub(super) fn note_failure(&self, renewal: &Renewal, now: Nanos) {
        let failures = renewal.count_failure();
        match self.purpose {
            Purpose::Renew { .. } => renewal.failed_behind(now, renewal.rules.back_off(failures)),
            Purpose::Call | Purpose::Refresh => renewal.failed(now, renewal.rules.retry_after),
        }
    }

    /// A run in the background, for a value that was made then, has waited for a run that failed, which has noted that. It is one failure, and ends this run, too.
    pub(crate) fn rest_after_waiting(&self, since: Nanos) {
        let function = self.function;
        let Some(key) = self.key.as_ref() else { return };
        let (_, shard, locked) = function.memory.lock(self.hash);
        let found = shard.find_locked(&locked, tag(self.hash), |owned| (function.keys.eq)(owned, key));
        let Some(slot) = found.filter(|slot| shard.entry(&locked, *slot).made() <= since) else { return };
        if let Some(renewal) = shard.life(&locked, slot).and_then(|life| life.renewal.as_ref()) {
            renewal.put_off(clock::now(), renewal.rules.retry_after);
        }
    }

    /// After a failure: notes it, so that the function is not tried again for a while, and gives the last good value of the key, if it may stand in.
    pub(super) fn last_good<R: Proof<Value = V>>(
        &mut self,
        shard: &Shard<K, V, Flights<K, V>>,
        locked: MutexGuard<'_, Locked<K, V, Flights<K, V>>>,
        key: &K,
    ) -> Option<Found<V>> {
        let function = self.function;
        let pin = reader::current().pin(shard.place());
        let (entry, life) = shard.find(&pin, tag(self.hash), |owned| (function.keys.eq)(owned, key))?;
        if let Some(renewal) = life.and_then(|life| life.renewal.as_ref()) {
            self.note_failure(renewal, clock::now());
        }
        // The pin keeps the entry whole; its value is cloned when the lock is free.
        drop(locked);
        if !self.is_guarded() {
            return None;
        }
        let good = function.fall_back::<R>(shard, entry, life, &self.around)?;
        self.refresh_from_now_on(life.and_then(|life| life.renewal.as_ref()));
        Some(good)
    }
}
