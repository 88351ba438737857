//! Lifetimes as memcached wants them: whole seconds, and beyond 30 days a moment.

use std::time::{Duration, SystemTime};

/// What follows `T` in a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expiry(u64);

/// How long something lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Left {
    Seconds(u64),
    Forever,
}

impl Left {
    /// At least this. The server's clock ticks once a second, so that what is stored just before a tick would lose nearly all of its first second: it is given one more.
    pub(crate) fn at_least(ttl: Duration) -> Self {
        let seconds = ttl.as_nanos().div_ceil(1_000_000_000).max(1);
        Self::Seconds(u64::try_from(seconds).unwrap_or(u64::MAX).saturating_add(1))
    }

    /// What the server says of a value.
    pub(crate) fn duration(self) -> Duration {
        match self {
            Self::Seconds(seconds) => Duration::from_secs(seconds),
            Self::Forever => Duration::MAX,
        }
    }

    /// What to ask for. Cost: beyond 30 days the system's clock is read.
    pub(crate) fn expiry(self) -> Expiry {
        match self {
            Self::Seconds(seconds) if seconds <= MONTH => Expiry(seconds),
            Self::Seconds(seconds) => {
                let now =
                    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
                moment(now, seconds)
            }
            Self::Forever => NEVER,
        }
    }
}

/// A moment, by this host's clock. What is later than the server can count is never; it leaves when the server needs the room.
fn moment(now: u64, seconds: u64) -> Expiry {
    let at = now.saturating_add(seconds);
    if at > LATEST { NEVER } else { Expiry(at) }
}

impl std::fmt::Display for Expiry {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

const NEVER: Expiry = Expiry(0);

/// Up to here memcached takes a number for seconds from now, above for seconds since 1970.
const MONTH: u64 = 30 * 24 * 60 * 60;

/// The server reads 32 bits with a sign.
const LATEST: u64 = i32::MAX as u64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_round_up_and_outlive_a_tick() {
        assert_eq!(Left::at_least(Duration::ZERO), Left::Seconds(2));
        assert_eq!(Left::at_least(Duration::from_millis(1_001)), Left::Seconds(3));
        assert_eq!(Left::at_least(Duration::from_secs(60)).expiry().to_string(), "61");
    }

    #[test]
    fn beyond_thirty_days_they_are_moments() {
        assert_eq!(Left::Seconds(MONTH).expiry(), Expiry(MONTH));
        let Expiry(at) = Left::Seconds(MONTH + 1).expiry();
        assert!(at > 1_700_000_000, "{at}");
        assert_eq!(moment(1_800_000_000, MONTH + 1), Expiry(1_800_000_000 + MONTH + 1));
    }

    #[test]
    fn what_cannot_be_counted_never_expires() {
        assert_eq!(Left::at_least(Duration::MAX).expiry(), NEVER);
        assert_eq!(moment(LATEST, 1), NEVER);
        assert_eq!(moment(LATEST - 1, 1), Expiry(LATEST));
        assert!(Left::Forever > Left::Seconds(u64::MAX));
    }
}
