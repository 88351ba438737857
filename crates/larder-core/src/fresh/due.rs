//! What a hit finds to be done behind the caller's back.

use super::{Again, Claim, Renewal, random};
use crate::{
    background,
    clock::{NEVER, Nanos},
    sync::Arc,
};

/// A key that was served and is to be refreshed. Dropped without being started, it is as if nobody had noticed.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Due {
    renewal: Arc<Renewal>,
    /// For a run now.
    claim: Option<Claim>,
    /// Whether the key is to be refreshed at its interval, too.
    arms: bool,
}

impl Due {
    /// Starts what is due.
    pub(super) fn start(mut self, work: impl Again) {
        match self.claim.take() {
            Some(claim) if self.arms => work.start(claim),
            Some(claim) => return work.start_once(claim),
            None => {}
        }
        if std::mem::take(&mut self.arms) {
            self.renewal.arm(Box::new(work));
        }
    }
}

impl Drop for Due {
    fn drop(&mut self) {
        if self.arms {
            self.renewal.set_armed(false);
        }
    }
}

impl Renewal {
    /// What is to be done for a value that is served now. `fresh_until` is in the past for a stale one.
    pub(crate) fn wanted(self: &Arc<Self>, now: Nanos, fresh_until: Nanos) -> Option<Due> {
        if self.rules.refresh != NEVER {
            self.touch(now);
            if background::wants_runtime() {
                background::adopt();
            }
        }
        let runs = match fresh_until.checked_sub(now) {
            None | Some(0) => self.rules.while_revalidate > 0,
            Some(left) => self.rules.early && is_early(left, self.cost()),
        };
        let claim = if runs { Self::claim(self, now) } else { None };
        let arms = self.is_unarmed() && !self.set_armed(true);
        (arms || claim.is_some()).then(|| Due { renewal: self.clone(), claim, arms })
    }
}

/// Whether a hit is the one that refreshes a value before its time: XFetch with a beta of 1, the optimal rule of Vattani, Chierichetti and Lowenstein, "Optimal
/// Probabilistic Cache Stampede Prevention", VLDB 2015. The likelihood grows as the time that is left comes down to what a load costs.
fn is_early(left: Nanos, cost: Nanos) -> bool {
    // Beyond that the logarithm does not reach: the number drawn has 53 bits.
    if cost == 0 || left / 40 > cost {
        return false;
    }
    -(1.0 - random::unit()).ln() * cost as f64 >= left as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of hits that refresh, of many with this much time left: by theory `exp(-left / cost)`.
    fn share(left: Nanos, cost: Nanos) -> f64 {
        const DRAWN: u32 = 200_000;
        f64::from((0..DRAWN).filter(|_| is_early(left, cost)).count() as u32) / f64::from(DRAWN)
    }

    #[test]
    fn early_refreshes_are_as_likely_as_the_paper_says() {
        for (left, cost) in [(10, 100), (100, 100), (200, 100), (500, 100)] {
            let expected = (-(left as f64) / cost as f64).exp();
            assert!((share(left, cost) - expected).abs() < 0.01, "{left} left at a cost of {cost}");
        }
    }

    #[test]
    fn what_costs_nothing_or_is_far_from_its_end_is_left_alone() {
        assert_eq!(share(1, 0), 0.0);
        assert_eq!(share(5_000, 100), 0.0);
    }
}
