//! Until when an operation may take.

use std::time::Duration;

use crate::clock::{self, NEVER, Nanos};

/// The moment at which an operation ends, done or not. It is set once, at the beginning, and covers everything on the way: waiting for a connection, making one, each
/// reading and writing.
///
/// Cost: asking what remains reads the precise clock, about 25 ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Nanos);

impl Deadline {
    /// `duration` from now. What does not fit is never.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        Self(clock::real().saturating_add(clock::nanos(duration)))
    }

    /// This moment, to compare deadlines with.
    #[must_use]
    pub fn now() -> Self {
        Self(clock::real())
    }

    /// So long before this. Before never is never.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        if self.0 == NEVER { self } else { Self(self.0.saturating_sub(clock::nanos(duration))) }
    }

    /// The earlier of this and `duration` from now, as for a step that has a limit of its own.
    #[must_use]
    pub fn at_most(self, duration: Duration) -> Self {
        self.min(Self::after(duration))
    }

    /// How long there is left; `None` once it is over. Never zero, which sockets take for "for ever".
    #[must_use]
    pub fn remaining(self) -> Option<Duration> {
        if self.0 == NEVER {
            return Some(Duration::MAX);
        }
        match self.0.saturating_sub(clock::real()) {
            0 => None,
            left => Some(Duration::from_nanos(left)),
        }
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(self) -> bool {
        self.remaining().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_over_leaves_nothing() {
        let over = Deadline::after(Duration::ZERO);
        assert!(over.is_over());
        assert_eq!(over.remaining(), None);
        assert!(over.at_most(Duration::from_secs(60)).is_over());
    }

    #[test]
    fn what_remains_is_at_most_what_was_given() {
        let left = Deadline::after(Duration::from_secs(60)).remaining();
        assert!(left.is_some_and(|left| left <= Duration::from_secs(60) && left > Duration::from_secs(30)));
        let sooner = Deadline::after(Duration::from_secs(60)).at_most(Duration::from_secs(1)).remaining();
        assert!(sooner.is_some_and(|left| left <= Duration::from_secs(1)));
    }

    #[test]
    fn a_moment_before_one_that_is_far_has_not_come() {
        let minute = Duration::from_secs(60);
        let far = Deadline::after(minute);
        assert!(far.before(minute / 2) > Deadline::now());
        assert!(far.before(minute * 2) < Deadline::now());
        assert_eq!(Deadline::after(Duration::MAX).before(minute), Deadline::after(Duration::MAX));
    }

    #[test]
    fn the_longest_duration_never_ends() {
        assert_eq!(Deadline::after(Duration::MAX).remaining(), Some(Duration::MAX));
    }
}
