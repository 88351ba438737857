//! A computation and its end: the value is judged, stored if it is still true, and handed to everybody who waited.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc as StdArc,
    task::Context,
};

use super::{Function, Nested, Seat};
use crate::{
    clock::{self, Nanos},
    context::{Dependency, Id, Level},
    event::EventKind,
    flight::{Flight, Landing, Pulse, Shared, Watch},
    outcome::{Class, Proof},
    scope::Sequence,
    stats::Count,
    store::memory::{Cause, Left, tag},
    sync::Arc,
    thread,
};

/// The right and the duty to compute. Dropped without an end (by a panic or a cancelled future), it lets another caller take over.
#[derive(Debug)]
pub(crate) struct Lead<K: Send + Sync + 'static, V: Send + Sync + 'static> {
    function: &'static Function<K, V>,
    shard: usize,
    hash: u64,
    eq: fn(&K, &K) -> bool,
    id: Id,
    level: Level,
    pulse: Option<Arc<Pulse>>,
    nested: Option<Nested>,
    snapshot: Sequence,
    began: Option<Nanos>,
    /// Whether it is listed among the running ones.
    listed: bool,
    /// Who waits, from the moment it is not listed any more.
    flight: Option<StdArc<Flight<V>>>,
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Lead<K, V> {
    pub(super) fn new(
        function: &'static Function<K, V>,
        shard: usize,
        seat: &mut Seat<K>,
        level: Level,
        pulse: Option<Arc<Pulse>>,
        snapshot: Sequence,
    ) -> Self {
        let began = function.site.durations.wants().then(clock::precise);
        let nested = seat.nested.take();
        let (hash, eq, id) = (seat.hash, seat.eq, level.id);
        Self { function, shard, hash, eq, id, level, pulse, nested, snapshot, began, listed: true, flight: None }
    }

    /// Runs the function on this thread.
    pub(crate) fn run<R: Proof<Value = V>>(mut self, compute: impl FnOnce() -> V) -> V {
        let value = self.level.enter(compute);
        self.finish::<R>(value)
    }

    /// Runs the function's future, inside the computation wherever it is polled.
    pub(crate) async fn run_async<R: Proof<Value = V>>(mut self, future: impl Future<Output = V>) -> V {
        let value = {
            let mut future = pin!(future);
            let mut watch = Watch::new(self.pulse.take().unwrap_or_else(Pulse::new));
            poll_fn(|context| {
                let waker = watch.over(context.waker());
                self.level.enter(|| future.as_mut().poll(&mut Context::from_waker(waker)))
            })
            .await
        };
        self.finish::<R>(value)
    }

    fn finish<R: Proof<Value = V>>(mut self, value: V) -> V {
        let function = self.function;
        let site = function.site;
        if let Some(began) = self.began {
            site.durations.record(clock::precise().saturating_sub(began));
        }
        let class = R::class(&value);
        let notes = self.level.take_notes();
        let dependencies: Box<[Dependency]> = notes.dependencies.as_slice().into();
        let keep = function.keep::<R>(&value, notes);
        let mut copy = keep.and_then(|keep| Some((keep, R::share(&value)?)));
        let mut left = Left::default();
        let (overtaken, deadline) = {
            let shard = function.memory.shard_at(self.shard);
            let mut locked = shard.lock();
            let running = locked
                .extra
                .end(self.hash, self.id)
                .expect("a computation ends once");
            self.listed = false;
            self.flight = running.flight;
            let overtaken = running.doomed
                || function.floor() > self.snapshot
                || dependencies.iter().any(Dependency::is_broken);
            let key = running.key;
            let mut deadline = None;
            if !overtaken {
                let old = shard.find_locked(&locked, tag(self.hash), |owned| (self.eq)(owned, &key));
                if let Some((keep, copy)) = copy.take() {
                    let new = keep.entry(self.hash, self.snapshot, key, copy);
                    deadline = function.store(shard, &mut locked, new, old, &mut left);
                } else if let Some(old) = old.filter(|_| class != Class::Err) {
                    // The function has an answer that is not to be kept: what was kept before is not the answer any more.
                    shard.remove(&mut locked, old, Cause::Removed);
                }
            }
            (overtaken, deadline)
        };
        drop(left);
        self.report(class, overtaken && copy.is_some());
        drop(copy);
        function.stored(deadline);
        if let Some(nested) = &self.nested {
            nested.depend(function, self.snapshot, &dependencies);
        }
        if let Some(flight) = self.flight.as_ref() {
            let landing = match R::share(&value) {
                Some(value) => Landing::Value(Arc::new(Shared {
                    value,
                    snapshot: self.snapshot,
                    dependencies,
                    overtaken,
                })),
                None => Landing::Released,
            };
            flight.land(landing);
            self.flight = None;
        }
        value
    }

    fn report(&self, class: Class, rejected: bool) {
        let counters = &self.function.site.counters;
        let reader = thread::reader();
        counters.count(Count::Load, reader);
        if class == Class::Err {
            counters.count(Count::LoadError, reader);
        }
        if rejected {
            counters.count(Count::Rejected, reader);
            self.function.tell(EventKind::RejectedWrite);
        }
        self.function.tell(if class == Class::Err {
            EventKind::LoadError
        } else {
            EventKind::Load
        });
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Drop for Lead<K, V> {
    fn drop(&mut self) {
        if self.listed {
            let running = self
                .function
                .memory
                .shard_at(self.shard)
                .lock()
                .extra
                .end(self.hash, self.id);
            // The key is dropped here, after the lock.
            self.flight = running.and_then(|running| running.flight);
            self.function
                .site
                .counters
                .count(Count::LoadLost, thread::reader());
        }
        if let Some(flight) = self.flight.take() {
            flight.land(Landing::Abandoned);
        }
    }
}

