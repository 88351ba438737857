//! What comes of a miss: the call leads, is served after all, or waits for another call's run.

use std::{
    future::Future,
    pin::{Pin, pin},
};

use super::{served, served_from};
use crate::{
    event::EventKind,
    flight::{Landing, Wait},
    fresh::{Patience, Waited},
    function::{Boarding, Either, Purpose, Turn, either},
    lookup::{Lookup, Source},
    outcome::Proof,
    park, reader,
    scope::Sequence,
    stats::Count,
};

/// What comes of a miss.
pub(crate) enum Joined<V> {
    Served(Lookup<V>),
    Lead,
    /// The call waits no longer: its patience is over, or it is a run in the background, and the run that it waited for has failed.
    GivenUp,
}

/// A call's wait for another one's run, and a snapshot at or after which the call began.
pub(crate) type Waiting<V> = (Wait<V>, Sequence);

/// Leads, is served after all, or has to wait.
#[inline]
pub(crate) fn first<K: Send + Sync + 'static, R: Proof>(
    turn: &mut Turn<K, R::Value>,
    is_polled: bool,
) -> Result<Joined<R::Value>, Waiting<R::Value>> {
    let boarding = turn.board::<R>(is_polled);
    let function = turn.function;
    // What runs in the background is nobody's hit or miss.
    let is_call = turn.purpose.is_call();
    match boarding {
        Boarding::Hit(found) => {
            if is_call {
                function.count_hit(reader::current(), found.is_stale);
            }
            Ok(Joined::Served(served_from(found, Source::Hit)))
        }
        Boarding::Wait(wait, start) => {
            if is_call {
                function.note(Count::Miss, EventKind::Miss);
                turn.has_waited = true;
            }
            Err((wait, start))
        }
        Boarding::Lead => {
            // Whether it is a hit, a shared store has yet to say.
            if is_call && !function.is_shared() {
                function.site.counters.count(Count::Miss, reader::current());
                if function.has_listener() {
                    // A listener that calls the function is not to wait for this call.
                    turn.inside(|| function.tell(EventKind::Miss));
                }
            }
            Ok(Joined::Lead)
        }
    }
}

/// Waits on the calling thread. Apart, so that the stack of a recursive function does not carry what only a waiting call needs.
#[cold]
#[inline(never)]
pub(super) fn block<K: Send + Sync + 'static, R: Proof>(
    turn: &mut Turn<K, R::Value>,
    waiting: Waiting<R::Value>,
) -> Joined<R::Value> {
    park::block_on(pin!(join::<K, R>(turn, waiting, false, &mut Patience::endless())))
}

/// Waits for another call's run as long as there is one to wait for, and patience lasts.
#[expect(clippy::manual_async_fn, reason = "an async function would hold each of its arguments twice")]
pub(crate) fn join<K: Send + Sync + 'static, R: Proof>(
    turn: &mut Turn<K, R::Value>,
    mut waiting: Waiting<R::Value>,
    is_polled: bool,
    patience: &mut Patience,
) -> impl Future<Output = Joined<R::Value>> {
    async move {
        loop {
            let function = turn.function;
            let (wait, start) = (&mut waiting.0, waiting.1);
            let target = wait.target();
            let mut wait = Pin::new(wait);
            let landing = loop {
                match patience.wait(wait.as_mut()).await {
                    Waited::For(landing) => break landing,
                    Waited::Hard => return Joined::GivenUp,
                    Waited::Soft => {
                        if let Some(good) = turn.good_of_waiter::<R>() {
                            return Joined::Served(function.give_up_waiting(Some(good)));
                        }
                        let Some(look) = turn.look() else { continue };
                        // In a box, since hardly any wait comes to this.
                        let mut either = Box::pin(either(wait.as_mut(), look.ask(&turn.around)));
                        match patience.wait(either.as_mut()).await {
                            Waited::For(Either::Awaited(landing)) => break landing,
                            Waited::For(Either::Seen(Some(good))) => {
                                return Joined::Served(function.give_up_waiting(Some(good)));
                            }
                            Waited::For(Either::Seen(None)) | Waited::Soft => {}
                            Waited::Hard => return Joined::GivenUp,
                        }
                    }
                }
            };
            if let Landing::Failed(_) = &landing
                && let Purpose::Renew { since } = turn.purpose
            {
                turn.rest_after_waiting(since);
                return Joined::GivenUp;
            }
            let good = if let Landing::Failed(_) = &landing { turn.good_of_waiter::<R>() } else { None };
            let landing = if let Landing::Failed(otherwise) = landing { *otherwise } else { landing };
            let coalesced = match landing {
                _ if good.is_some() => good.map(|good| {
                    function.note(Count::Stale, EventKind::StaleHit);
                    served_from(good, Source::Stale)
                }),
                // Overtaken by an invalidation, maybe by one from before this call: then it is older than this call may see.
                Landing::Value(shared) if shared.overtaken.is_some_and(|since| start > since) => None,
                Landing::Value(shared) => R::share(&shared.value).map(|value| {
                    if let Some(nested) = &turn.around.nested {
                        nested.depend(function, shared.snapshot, &shared.dependencies, &shared.records);
                    }
                    served(value, 0, Source::Coalesced)
                }),
                // All who waited run at once, rather than one after another.
                Landing::Released => {
                    turn.joins = false;
                    None
                }
                Landing::Abandoned | Landing::Failed(_) => None,
                Landing::Stalled => {
                    function.give_up(turn.hash, target);
                    None
                }
            };
            let lookup = match coalesced {
                Some(coalesced) => coalesced,
                None => match turn.board::<R>(is_polled) {
                    Boarding::Lead => return Joined::Lead,
                    Boarding::Wait(wait, start) => {
                        waiting = (wait, start);
                        continue;
                    }
                    // Another call's run has ended meanwhile.
                    Boarding::Hit(found) => {
                        if found.is_stale && turn.purpose.is_call() {
                            function.note(Count::Stale, EventKind::StaleHit);
                        }
                        served_from(found, Source::Coalesced)
                    }
                },
            };
            if turn.purpose.is_call() {
                function.note(Count::Coalesced, EventKind::Coalesced);
            }
            return Joined::Served(lookup);
        }
    }
}
