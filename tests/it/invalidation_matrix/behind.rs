//! How the background is brought to compute the old value.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use larder::testing::Isolated;

use super::Run;
use super::cells::{Origin, Shape};
use super::functions::OLD;
use super::plan::{Enter, Place, Plan, leave_behind};
use crate::support::{Gate, eventually, seconds};

/// The lifetime with `early`, and how long the first run takes.
const LIFETIME: Duration = seconds(100);
const COST: Duration = seconds(50);

impl Run {
    /// A value that is stored, and to be replaced as soon as somebody comes, or time passes.
    pub(super) fn prepare_behind(&self, time: &Isolated) {
        let first = Arc::new(Gate::default());
        let call = self.spawn(Plan { enter: Enter::Call, held: Some((Place::Leaf, first.clone())) });
        first.await_arrival();
        if self.cell.origin == Origin::EarlyRefresh {
            time.advance(COST);
        }
        first.open();
        assert_eq!(call.join().unwrap(), OLD);
        match self.cell.origin {
            Origin::EarlyRefresh => time.advance(LIFETIME - Duration::from_micros(1)),
            Origin::StaleRefresh | Origin::Late => time.advance(seconds(11)),
            // Time is what begins it.
            _ => {}
        }
    }

    /// The background computes the old value, and is held up. The call that has begun it, if any.
    pub(super) fn begin_behind(&self, held: &Arc<Gate>, time: &Isolated) -> Option<JoinHandle<u32>> {
        let (enter, place) = match self.cell.shape {
            Shape::Direct => (Enter::Call, Place::Leaf),
            Shape::NestedOnce | Shape::NestedTwice => (Enter::RefreshInside, Place::Leaf),
            Shape::NestedHit => (Enter::Call, Place::Middle),
        };
        let plan = Plan { enter, held: Some((place, held.clone())) };
        let served = match self.cell.origin {
            Origin::Late => {
                let call = self.spawn(plan);
                held.await_arrival();
                time.advance(seconds(1));
                eventually("the call leaves the run behind", || {
                    // Its alarm may have been set a moment after that.
                    time.advance(Duration::ZERO);
                    call.is_finished()
                });
                return Some(call);
            }
            Origin::IntervalRefresh => {
                leave_behind(Some(plan));
                time.advance(seconds(10));
                None
            }
            Origin::EarlyRefresh => {
                leave_behind(Some(plan));
                // The likelihood is 0.99999998.
                let is_begun = || larder::background().running + larder::background().queued > 0;
                eventually("a hit refreshes before the end", || {
                    assert_eq!(self.spawn(Plan::default()).join().unwrap(), OLD);
                    is_begun()
                });
                None
            }
            _ => {
                leave_behind(Some(plan));
                Some(self.spawn(Plan::default()))
            }
        };
        held.await_arrival();
        leave_behind(None);
        served
    }
}
