//! How long to wait before the next attempt.

use std::time::Duration;

use crate::clock;

/// The waits between attempts: up to `first`, up to twice that, and so on up to `longest`, each at random between nothing and its bound ("full jitter"), so that many
/// processes do not come back at the same moment.
///
/// `N` failures in a row cost at most `2^N * first` or `N * longest`.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
    random: u64,
}

impl Backoff {
    /// Waits that begin with at most `first` and grow to at most `longest`.
    #[must_use]
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failures: 0, random: foldhash::quality::RandomState::default().seed() }
    }

    /// Counts a failure, and says how long to wait before the next attempt.
    pub fn failed(&mut self) -> Duration {
        let bound = self.bound();
        self.failures = self.failures.saturating_add(1);
        let share = self.next_random() >> 11;
        // 53 random bits make a share of the bound that is exact in a double
        bound.mul_f64(share as f64 / (1_u64 << 53) as f64)
    }

    /// Begins anew: the next wait is at most the first one.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// How many failures there were in a row.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// What the next wait is at most.
    #[must_use]
    pub fn bound(&self) -> Duration {
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }

    /// SplitMix64: far better than the spread of waits needs, and without state beside a number.
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// A number nobody can guess and no two makers share.
trait Seed {
    fn seed(&self) -> u64;
}

impl Seed for foldhash::quality::RandomState {
    fn seed(&self) -> u64 {
        std::hash::BuildHasher::hash_one(self, clock::real())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_stay_below_bounds_that_double(first in 1_u64..1_000, factor in 1_u64..1_000, attempts in 1_usize..80) {
            let first = Duration::from_millis(first);
            let longest = first * u32::try_from(factor).unwrap_or(1);
            let mut backoff = Backoff::new(first, longest);
            let mut bound = first.min(longest);
            for attempt in 0..attempts {
                prop_assert_eq!(backoff.bound(), bound);
                prop_assert!(backoff.failed() <= bound);
                prop_assert_eq!(backoff.failures() as usize, attempt + 1);
                bound = bound.saturating_mul(2).min(longest);
            }
            backoff.succeeded();
            prop_assert_eq!(backoff.bound(), first.min(longest));
        }
    }

    #[test]
    fn two_of_them_do_not_wait_alike() {
        let waits = || {
            let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(1));
            std::array::from_fn::<_, 4, _>(|_| backoff.failed())
        };
        assert_ne!(waits(), waits());
    }
}
