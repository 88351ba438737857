//! When a scope was invalidated softly: what says since when each of its values has been stale.
//!
//! One time is not enough. With the newest alone, a value that is out of its stale window comes back when its scope is invalidated softly once more; with the oldest alone, a value that was
//! computed in between has no window at all.

use super::Sequence;
use crate::{
    clock::Nanos,
    sync::plain::{Mutex, lock},
};

/// The soft invalidations of one scope, in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Softened(Mutex<Vec<(Sequence, Nanos)>>);

impl Softened {
    /// One more. Of more than [`MOST`], the two oldest become one, with the number of the later and the time of the earlier: windows may end early then, never late.
    pub(super) fn note(&self, number: Sequence, at: Nanos) {
        let mut times = lock(&self.0);
        let place = times.partition_point(|(known, _)| *known < number);
        times.insert(place, (number, at));
        if times.len() > MOST {
            let (_, first) = times.remove(0);
            times[0].1 = times[0].1.min(first);
        }
    }

    /// When a value from this snapshot was reached first. Cost: a lock; only values ask that were reached.
    pub(super) fn since(&self, snapshot: Sequence) -> Option<Nanos> {
        let times = lock(&self.0);
        let reached = times.iter().rev().take_while(|(number, _)| *number > snapshot);
        reached.map(|(_, at)| *at).min()
    }
}

const MOST: usize = 16;

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn each_value_counts_from_the_first_that_reached_it() {
        let softened = Softened::default();
        assert_eq!(softened.since(0), None);
        softened.note(7, 700);
        softened.note(3, 300);
        softened.note(5, 500);
        let since = [0, 2, 3, 4, 5, 6, 7].map(|snapshot| softened.since(snapshot));
        assert_eq!(since, [Some(300), Some(300), Some(500), Some(500), Some(700), Some(700), None]);
    }

    #[test]
    fn what_is_put_together_counts_from_the_earlier_time() {
        let softened = Softened::default();
        let count = 3 * MOST as u64;
        (1..=count).for_each(|number| softened.note(number, number * 10));
        for snapshot in 0..count {
            let exact = (snapshot + 1) * 10;
            let said = softened.since(snapshot).expect("it was reached");
            assert!(said <= exact, "{snapshot}: {said} is later than {exact}");
            if snapshot + MOST as u64 > count {
                assert_eq!(said, exact, "the newest are exact");
            }
        }
        assert_eq!(lock(&softened.0).len(), MOST);
    }
}
