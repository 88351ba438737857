//! Waiting no longer than one likes: the timeouts of async functions.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use super::Rules;
use crate::{
    clock::{self, NEVER, Nanos},
    maintenance,
};

/// How long one call still waits.
#[derive(Debug)]
pub(crate) struct Patience {
    /// When it takes a stale value, if there is one.
    soft: Nanos,
    /// When it gives up.
    hard: Nanos,
    /// Who is woken at which time.
    alarm: Option<(Nanos, Waker)>,
}

/// How a wait went.
#[derive(Debug)]
pub(crate) enum Waited<T> {
    For(T),
    /// The time for the soft timeout has come; it comes once.
    Soft,
    /// That for the hard one.
    Hard,
}

impl Patience {
    /// For as long as it takes.
    pub(crate) fn endless() -> Self {
        Self { soft: NEVER, hard: NEVER, alarm: None }
    }

    /// Until then.
    pub(crate) fn until(hard: Nanos) -> Self {
        Self { soft: NEVER, hard, alarm: None }
    }

    /// By the rules of a function, from now on.
    pub(crate) fn by(rules: &Rules) -> Self {
        let now = clock::now();
        let soft = now.saturating_add(rules.soft_timeout);
        Self { soft, hard: now.saturating_add(rules.hard_timeout), alarm: None }
    }

    /// Only for the hard timeout.
    pub(crate) fn without_soft(self) -> Self {
        Self { soft: NEVER, ..self }
    }

    /// Waits for `future` until it is there, or until patience runs out; then it may be waited for once more.
    pub(crate) async fn wait<F: Future>(&mut self, mut future: Pin<&mut F>) -> Waited<F::Output> {
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Waited::For(output));
            }
            let now = clock::now();
            if now >= self.hard {
                return Poll::Ready(Waited::Hard);
            }
            if now >= self.soft {
                self.soft = NEVER;
                return Poll::Ready(Waited::Soft);
            }
            self.set_alarm(context);
            Poll::Pending
        })
        .await
    }

    fn set_alarm(&mut self, context: &Context<'_>) {
        let at = self.soft.min(self.hard);
        let is_set = |(set, waker): &(Nanos, Waker)| *set == at && waker.will_wake(context.waker());
        if at != NEVER && !self.alarm.as_ref().is_some_and(is_set) {
            maintenance::wake_at(at, context.waker().clone());
            self.alarm = Some((at, context.waker().clone()));
        }
    }
}
