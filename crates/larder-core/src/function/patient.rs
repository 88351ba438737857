//! Calls that wait only so long: with a stale value at hand for the soft timeout, without one for the hard one. The run goes on in the background, and ends as any
//! other does: judged, stored, shared with whoever still waits.
//!
//! Where values live in a shared store, and none is in memory, the store is asked for one when the soft timeout is over. It is asked then and not before, so that what was invalidated
//! meanwhile does not stand in; and the run is waited for all along.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use super::{Around, Found, Function, Outcome, Purpose, Turn};
use crate::{
    background::{self, Job},
    call::{self, Joined, Miss},
    context::Id,
    error::Error,
    event::EventKind,
    fresh::{Patience, Waited},
    lookup::{Lookup, Source},
    outcome::Proof,
    reader,
    stats::Count,
    store::memory::tag,
};

impl<K: Send + Sync + 'static, R: Proof> Miss<K, R> {
    /// Runs the function's future, unless another call's run can be waited for, and waits no longer than the function says. Says where the value came from.
    pub fn run_within(
        self,
        future: impl Future<Output = R::Value> + Send + 'static,
    ) -> impl Future<Output = Lookup<R::Value>> {
        // In a box from the beginning, as the run may outlive this call, and moved into the block it would be held there twice.
        let future = Box::pin(future);
        let mut turn = self.call.map(Turn::new);
        async move {
            let Some(mut turn) = turn.take() else { return call::served(future.await, 0, Source::Disabled) };
            let function = turn.function;
            let mut patience = function.rules.map_or_else(Patience::endless, Patience::by);
            if turn.purpose == Purpose::Refresh {
                // It asks for a new value: none that is there stands in.
                patience = patience.without_soft();
            }
            let joined = match call::first::<K, R>(&mut turn, true) {
                Ok(joined) => joined,
                Err(waiting) => call::join::<K, R>(&mut turn, waiting, true, &mut patience).await,
            };
            match joined {
                Joined::Served(lookup) => lookup,
                Joined::Lead => lead::<K, R>(turn, future, patience).await,
                Joined::GivenUp => {
                    let good = turn.good_of_waiter::<R>();
                    function.give_up_waiting(good)
                }
            }
        }
    }
}

/// Runs the future as a job of its own that its caller polls for as long as patience lasts.
fn lead<K: Send + Sync + 'static, R: Proof>(
    mut turn: Turn<K, R::Value>,
    future: Pin<Box<impl Future<Output = R::Value> + Send + 'static>>,
    mut patience: Patience,
) -> impl Future<Output = Lookup<R::Value>> {
    let (function, hash, id) = (turn.function, turn.hash, turn.lead.id);
    let takes_stale = turn.purpose == Purpose::Call;
    // The turn goes where the run goes; what the caller's own computation depends on stays here.
    let around = Around { options: turn.around.options, ..Around::of(function, hash) };
    let mut look = turn.look();
    let mut run = Box::pin(async move { turn.run_async::<R>(future).await });
    async move {
        loop {
            match patience.wait(run.as_mut()).await {
                Waited::For(outcome) => return call::ran(outcome),
                Waited::Soft => {
                    if let Some(good) = function.good_of_running::<R>(hash, id, &around) {
                        hand_over(run);
                        return function.give_up_waiting(Some(good));
                    }
                    let Some(look) = look.take() else { continue };
                    let waited =
                        patience.wait(Box::pin(either(run.as_mut(), look.ask(&around))).as_mut()).await;
                    match waited {
                        Waited::For(Either::Awaited(outcome)) => return call::ran(outcome),
                        Waited::For(Either::Seen(Some(good))) => {
                            hand_over(run);
                            return function.give_up_waiting(Some(good));
                        }
                        Waited::For(Either::Seen(None)) | Waited::Soft => {}
                        Waited::Hard => {
                            hand_over(run);
                            return function.give_up_waiting(None);
                        }
                    }
                }
                Waited::Hard => {
                    let good =
                        takes_stale.then(|| function.good_of_running::<R>(hash, id, &around)).flatten();
                    hand_over(run);
                    return function.give_up_waiting(good);
                }
            }
        }
    }
}

/// What was there first: what a call waits for, or what the store has in its place.
pub(crate) enum Either<T, V> {
    Awaited(T),
    Seen(Option<Found<V>>),
}

/// Polls both, and prefers what is waited for.
pub(crate) async fn either<T, V>(
    mut awaited: Pin<&mut impl Future<Output = T>>,
    look: impl Future<Output = Option<Found<V>>>,
) -> Either<T, V> {
    let mut look = pin!(look);
    poll_fn(|context| {
        if let Poll::Ready(output) = awaited.as_mut().poll(context) {
            return Poll::Ready(Either::Awaited(output));
        }
        look.as_mut().poll(context).map(Either::Seen)
    })
    .await
}

/// Has the run go on in the background. Where that takes no more, it ends here, and whoever waits for it takes over.
fn hand_over<V: Send + 'static>(run: Pin<Box<impl Future<Output = Outcome<V>> + Send + 'static>>) {
    background::spawn(Job::Async(Box::pin(async move {
        run.await;
    })));
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Function<K, V> {
    /// What a call gets that has waited long enough: the last good value, or an error that says so.
    pub(crate) fn give_up_waiting(&self, good: Option<Found<V>>) -> Lookup<V> {
        self.note(Count::Timeout, EventKind::Timeout);
        if let Some(good) = good {
            self.note(Count::Stale, EventKind::StaleHit);
            return call::served_from(good, Source::Stale);
        }
        let after = Duration::from_nanos(self.rules.map_or(0, |rules| rules.hard_timeout));
        let timed_out = self.config.timed_out.expect("only a hard timeout ends a wait without a stale value");
        call::served(timed_out(Error::timed_out(self.site.name(), after)), 0, Source::TimedOut)
    }

    /// The last good value of the key that a computation runs for.
    fn good_of_running<R: Proof<Value = V>>(&self, hash: u64, id: Id, around: &Around) -> Option<Found<V>> {
        let (_, shard, locked) = self.memory.lock(hash);
        let pin = reader::current().pin(shard.place());
        let key = locked.extra.key(hash, id)?;
        let (entry, life) = shard.find(&pin, tag(hash), |owned| (self.keys.eq)(owned, key))?;
        drop(locked);
        self.fall_back::<R>(shard, entry, life, around)
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    /// The last good value for a call that waits for another one's run.
    pub(crate) fn good_of_waiter<R: Proof<Value = V>>(&mut self) -> Option<Found<V>> {
        if !self.is_guarded() {
            return None;
        }
        let function = self.function;
        let key = self.key.as_ref()?;
        let (_, shard, locked) = function.memory.lock(self.hash);
        let pin = reader::current().pin(shard.place());
        let (entry, life) = shard.find(&pin, tag(self.hash), |owned| (function.keys.eq)(owned, key))?;
        drop(locked);
        let good = function.fall_back::<R>(shard, entry, life, &self.around)?;
        self.refresh_from_now_on(life.and_then(|life| life.renewal.as_ref()));
        Some(good)
    }
}
