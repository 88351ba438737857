//! Whether a server is worth asking.

use std::fmt;

use crate::sync::plain::{AtomicU64, Ordering};

/// Keeps calls from a server that is gone: after enough failures it opens, and while it is open nothing is asked. Only [`close`](Self::close) closes it, which is the
/// business of a [probe](super::probe_until_closed) in the background: no call pays for finding out.
///
/// What began before the breaker opened or closed says nothing of how things are afterwards, so each operation holds a [`Ticket`], and outcomes with an old one do not count.
///
/// Cost: [`admit`](Self::admit) and [`succeeded`](Self::succeeded) are one load each.
pub struct Breaker {
    /// Failures in a row in the low bits; then whether it is open; above that how often it opened or closed.
    state: AtomicU64,
    threshold: u32,
}

/// A permission to ask, and the outcome's claim to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    turn: u64,
}

/// How much a failure says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It failed at once, so that the next call loses nothing by trying: as many of these in a row as the threshold open the breaker.
    Quick,
    /// It took all the time there was: one of these opens the breaker, or the next calls would lose as much each.
    Slow,
}

const OPEN: u64 = 1 << 32;
const FAILURES: u64 = OPEN - 1;
const TURN: u32 = 33;

impl Breaker {
    /// One that is closed, and opens after `threshold` quick failures in a row (at least one) or a slow one.
    #[must_use]
    pub fn new(threshold: u32) -> Self {
        Self { state: AtomicU64::new(0), threshold: threshold.max(1) }
    }

    /// The permission to ask; `None` while it is open.
    #[must_use]
    pub fn admit(&self) -> Option<Ticket> {
        let state = self.state.load(Ordering::Acquire);
        (state & OPEN == 0).then_some(Ticket { turn: state >> TURN })
    }

    /// Whether it is open, so that nothing is asked.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state.load(Ordering::Acquire) & OPEN != 0
    }

    /// How many quick failures there were in a row.
    #[must_use]
    pub fn failures(&self) -> u32 {
        u32::try_from(self.state.load(Ordering::Relaxed) & FAILURES).unwrap_or(u32::MAX)
    }

    /// How often it has opened.
    #[must_use]
    pub fn openings(&self) -> u64 {
        (self.state.load(Ordering::Relaxed) >> TURN).div_ceil(2)
    }

    /// The server answered.
    pub fn succeeded(&self, ticket: Ticket) {
        let state = self.state.load(Ordering::Relaxed);
        if state & FAILURES != 0 {
            self.change(|state| counts(state, ticket).then_some(state & !FAILURES));
        }
    }

    /// The server did not answer. Says whether the breaker opened by this: then the caller starts the probe.
    pub fn failed(&self, ticket: Ticket, severity: Severity) -> bool {
        let after = self.change(|state| {
            if !counts(state, ticket) {
                return None;
            }
            let failures = (state & FAILURES) + 1;
            let is_enough = severity == Severity::Slow || failures >= u64::from(self.threshold);
            Some(if is_enough { turned(state) | OPEN } else { state + 1 })
        });
        after.is_some_and(|after| after & OPEN != 0)
    }

    /// The probe was answered: calls may ask again. Without effect on one that is closed.
    pub fn close(&self) {
        self.change(|state| (state & OPEN != 0).then_some(turned(state)));
    }

    fn change(&self, change: impl Fn(u64) -> Option<u64>) -> Option<u64> {
        let mut state = self.state.load(Ordering::Acquire);
        loop {
            let next = change(state)?;
            match self.state.compare_exchange_weak(state, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(next),
                Err(now) => state = now,
            }
        }
    }
}

/// Whether an outcome with this ticket tells of the present.
fn counts(state: u64, ticket: Ticket) -> bool {
    state & OPEN == 0 && state >> TURN == ticket.turn
}

/// The next turn, closed and without failures.
fn turned(state: u64) -> u64 {
    ((state >> TURN) + 1) << TURN
}

impl fmt::Debug for Breaker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Breaker")
            .field("is_open", &self.is_open())
            .field("failures", &self.failures())
            .field("openings", &self.openings())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the breaker should do, written down as a story: every operation with when it began, and every turn with when it came. The time is given by hand.
    #[derive(Default)]
    struct Model {
        now: u64,
        open_since: Option<u64>,
        last_turn: u64,
        failures_in_a_row: u32,
        openings: u64,
    }

    impl Model {
        fn counts(&self, began: u64) -> bool {
            self.open_since.is_none() && began >= self.last_turn
        }

        fn fail(&mut self, began: u64, severity: Severity, threshold: u32) -> bool {
            if !self.counts(began) {
                return false;
            }
            self.failures_in_a_row += 1;
            let opens = severity == Severity::Slow || self.failures_in_a_row >= threshold;
            if opens {
                (self.open_since, self.last_turn) = (Some(self.now), self.now);
                self.failures_in_a_row = 0;
                self.openings += 1;
            }
            opens
        }
    }

    #[derive(Clone, Debug)]
    enum Event {
        Begin,
        Succeed(usize),
        Fail(usize, Severity),
        Probed,
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => Just(Event::Begin),
            2 => (0_usize..8).prop_map(Event::Succeed),
            3 => (0_usize..8).prop_map(|at| Event::Fail(at, Severity::Quick)),
            1 => (0_usize..8).prop_map(|at| Event::Fail(at, Severity::Slow)),
            1 => Just(Event::Probed),
        ]
    }

    proptest! {
        #[test]
        fn it_does_what_the_story_says(threshold in 1_u32..6, events in prop::collection::vec(event(), 1..200)) {
            let breaker = Breaker::new(threshold);
            let mut model = Model::default();
            let mut running: Vec<(u64, Ticket)> = Vec::new();
            for event in events {
                model.now += 1;
                match event {
                    Event::Begin => {
                        let ticket = breaker.admit();
                        prop_assert_eq!(ticket.is_some(), model.open_since.is_none());
                        running.extend(ticket.map(|ticket| (model.now, ticket)));
                    }
                    Event::Succeed(at) if !running.is_empty() => {
                        let (began, ticket) = running.remove(at % running.len());
                        breaker.succeeded(ticket);
                        if model.counts(began) {
                            model.failures_in_a_row = 0;
                        }
                    }
                    Event::Fail(at, severity) if !running.is_empty() => {
                        let (began, ticket) = running.remove(at % running.len());
                        prop_assert_eq!(breaker.failed(ticket, severity), model.fail(began, severity, threshold));
                    }
                    Event::Probed => {
                        breaker.close();
                        if model.open_since.take().is_some() {
                            (model.last_turn, model.failures_in_a_row) = (model.now, 0);
                        }
                    }
                    Event::Succeed(_) | Event::Fail(..) => {}
                }
                prop_assert_eq!(breaker.is_open(), model.open_since.is_some());
                prop_assert_eq!(breaker.failures(), model.failures_in_a_row);
                prop_assert_eq!(breaker.openings(), model.openings);
            }
        }
    }

    #[test]
    fn of_many_failures_at_once_one_opens_it() {
        let breaker = Breaker::new(5);
        let tickets: Vec<Ticket> = (0..8).filter_map(|_| breaker.admit()).collect();
        assert_eq!(tickets.len(), 8);
        let opened: usize = std::thread::scope(|scope| {
            let failing: Vec<_> = tickets
                .iter()
                .map(|ticket| scope.spawn(|| usize::from(breaker.failed(*ticket, Severity::Slow))))
                .collect();
            failing.into_iter().map(|thread| thread.join().unwrap_or(99)).sum()
        });
        assert_eq!(opened, 1);
    }
}
