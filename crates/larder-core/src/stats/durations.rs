//! How long loads took: mean, median and 99th percentile from a fixed set of buckets.
//!
//! The buckets are log-linear (four to each power of two, as in HdrHistogram with two significant bits), so a percentile is exact to 25 %, and recording is one
//! atomic addition.

use std::time::Duration;

use crate::sync::{Ordering, plain::AtomicU64};

/// The recorded durations.
#[derive(Debug)]
pub(crate) struct Durations {
    buckets: [AtomicU64; BUCKETS],
    count: AtomicU64,
    sum: AtomicU64,
    /// Loads that were asked about while loads were fast.
    ticks: AtomicU64,
}

impl Durations {
    pub(crate) const fn new() -> Self {
        Self {
            buckets: [const { AtomicU64::new(0) }; BUCKETS],
            count: AtomicU64::new(0),
            sum: AtomicU64::new(0),
            ticks: AtomicU64::new(0),
        }
    }

    /// Whether the next load should be timed: all of them while they are slow enough not to notice, one in sixteen otherwise.
    #[inline]
    pub(crate) fn wants(&self) -> bool {
        let count = self.count.load(Ordering::Relaxed);
        if count < 64 || self.sum.load(Ordering::Relaxed) >= count * SLOW {
            return true;
        }
        // Not a read-modify-write: which loads are timed need not be exact.
        let tick = self.ticks.load(Ordering::Relaxed);
        self.ticks.store(tick.wrapping_add(1), Ordering::Relaxed);
        tick.is_multiple_of(16)
    }

    pub(crate) fn record(&self, nanos: u64) {
        self.buckets[bucket(nanos)].fetch_add(1, Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(nanos, Ordering::Relaxed);
    }

    /// The arithmetic mean; zero if nothing was recorded.
    pub(crate) fn mean(&self) -> Duration {
        let count = self.count.load(Ordering::Relaxed);
        Duration::from_nanos(self.sum.load(Ordering::Relaxed).checked_div(count).unwrap_or(0))
    }

    /// The duration that a share of the recorded ones does not exceed, to 25 %; zero if nothing was recorded.
    pub(crate) fn percentile(&self, share: f64) -> Duration {
        let counts: Vec<_> = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect();
        let wanted = (counts.iter().sum::<u64>() as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in counts.into_iter().enumerate() {
            seen += count;
            if count > 0 && seen >= wanted {
                return Duration::from_nanos(middle(bucket));
            }
        }
        Duration::ZERO
    }

    pub(crate) fn reset(&self) {
        self.buckets
            .iter()
            .chain([&self.count, &self.sum])
            .for_each(|number| number.store(0, Ordering::Relaxed));
    }
}

/// The bucket of a duration: its highest set bit, and the two bits behind it.
fn bucket(nanos: u64) -> usize {
    if nanos < 4 {
        return nanos as usize;
    }
    let power = nanos.ilog2();
    let quarter = (nanos >> (power - 2)) & 3;
    (((power - 1) as usize) * 4 + quarter as usize).min(BUCKETS - 1)
}

/// The middle of a bucket.
fn middle(bucket: usize) -> u64 {
    if bucket < 4 {
        return bucket as u64;
    }
    let width = 1_u64 << (bucket / 4 - 1);
    (4 + bucket as u64 % 4) * width + width / 2
}

/// Up to 2^46 ns, which is 19 hours.
const BUCKETS: usize = 46 * 4;

/// Loads that take 2 microseconds can bear the 50 ns of being timed.
const SLOW: u64 = 2_000;

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_duration_lies_within_a_quarter_of_its_buckets_middle(nanos in 0_u64..1 << 46) {
            let middle = middle(bucket(nanos));
            prop_assert!(middle.abs_diff(nanos) * 4 <= nanos.max(1));
        }
    }

    #[test]
    fn percentiles_are_those_of_the_recorded_durations() {
        let durations = Durations::new();
        assert_eq!(durations.percentile(0.5), Duration::ZERO);
        for millis in 1..=100 {
            durations.record(millis * 1_000_000);
        }
        let near = |share, millis: f64| {
            let found = durations.percentile(share).as_secs_f64() * 1e3;
            assert!((found - millis).abs() <= millis / 4.0, "{found} is not near {millis}");
        };
        near(0.5, 50.0);
        near(0.99, 99.0);
        assert_eq!(durations.mean(), Duration::from_micros(50_500));
    }
}
