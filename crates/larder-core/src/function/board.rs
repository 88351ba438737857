//! The start of a miss: one more look under the lock, then join the computation that runs for the key, or begin one.

use super::{Function, Lead, Nested};
use crate::{
    clock::Nanos,
    context::{self, Id, Level},
    flight::{Pulse, Wait},
    outcome::Proof,
    scope::{self, Sequence},
    store::memory::tag,
    thread,
};

/// A call that was not served, until it is.
#[derive(Debug)]
pub(crate) struct Seat<K> {
    pub(crate) hash: u64,
    /// Gone once the call leads a computation.
    pub(crate) key: Option<K>,
    pub(crate) eq: fn(&K, &K) -> bool,
    pub(crate) nested: Option<Nested>,
    /// Whether a stored value will do, or the function is to run (`refresh`).
    pub(crate) takes_stored: bool,
    /// Whether it may wait for others.
    pub(crate) joins: bool,
    /// Whether the function is a future, which somebody has to poll.
    pub(crate) is_polled: bool,
}

/// What a call that was not served does next.
#[derive(Debug)]
pub(crate) enum Boarding<K: Send + Sync + 'static, V: Send + Sync + 'static> {
    /// It is served after all.
    Hit(V, Nanos),
    /// It computes.
    Lead(Lead<K, V>),
    /// It waits for another call, which began at or before this snapshot.
    Wait(Wait<V>, Sequence),
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Function<K, V> {
    pub(crate) fn board<R: Proof<Value = V>>(&'static self, seat: &mut Seat<K>) -> Boarding<K, V> {
        let mut joins = seat.joins && self.config.single_flight;
        loop {
            // The pin is made before the lock, so that the value can be cloned after it.
            let pin = thread::reader().pin();
            let start = scope::snapshot();
            let (number, shard, mut locked) = self.memory.lock(seat.hash);
            let key = seat.key.as_ref().expect("a call leads once");
            if seat.takes_stored
                && let Some((entry, life)) = shard.find(&pin, tag(seat.hash), |owned| (seat.eq)(owned, key))
            {
                // Judged under the lock: whoever ran meanwhile has stored.
                if self.is_valid(shard, entry, life) {
                    drop(locked);
                    if let Some((value, made)) = self.serve::<R>(shard, entry, life, seat.nested.as_ref()) {
                        return Boarding::Hit(value, made);
                    }
                    // It ended in between, or cannot be copied: this call computes.
                    seat.takes_stored = false;
                    continue;
                }
            }
            let mut joinable = self.config.single_flight;
            if joins
                && let Some(running) = locked
                    .extra
                    .joinable(seat.hash, self.floor(), |owned| (seat.eq)(owned, key))
            {
                if context::is_around_caller(running.id) {
                    // The function called itself with its own arguments: it runs, and nobody waits for it.
                    joinable = false;
                } else {
                    let flight = running.flight();
                    drop(locked);
                    drop(pin);
                    match Wait::new(flight) {
                        Some(wait) => return Boarding::Wait(wait, start),
                        None => {
                            joins = false;
                            continue;
                        }
                    }
                }
            }
            joinable &= joins;
            let level = Level::new();
            let pulse = seat.is_polled.then(Pulse::new);
            let key = seat.key.take().expect("a call leads once");
            let snapshot = scope::snapshot();
            locked.extra.start(seat.hash, key, level.id, pulse.clone(), snapshot, joinable);
            drop(locked);
            return Boarding::Lead(Lead::new(self, number, seat, level, pulse, snapshot));
        }
    }

    /// A computation was given up by those who waited: who comes now begins anew, and its value is not stored.
    pub(crate) fn give_up(&self, hash: u64, id: Id) {
        for shard in self.memory.shards() {
            if shard.lock().extra.give_up(hash, id) {
                return;
            }
        }
    }
}
