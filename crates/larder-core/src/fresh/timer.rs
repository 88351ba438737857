//! Refreshing a key at its interval, for as long as it is read.

use std::sync::{Arc as StdArc, Weak};

use super::{Again, Renewal, random};
use crate::{
    background,
    clock::{NEVER, Nanos},
    maintenance::{self, Tended},
    switch,
    sync::{
        Arc, Ordering,
        plain::{AtomicU64, Mutex, lock},
    },
};

/// Where a renewal keeps its timer.
#[derive(Debug, Default)]
pub(super) struct Slot(Mutex<Option<StdArc<Timer>>>);

/// What is to be done at the interval, and for whom. The maintenance knows it weakly, and the renewal knows when the key's last entry has left.
#[derive(Debug)]
struct Timer {
    renewal: Weak<Renewal>,
    /// Taken out while it is used, since it clones the user's arguments.
    again: Mutex<Option<Box<dyn Again>>>,
    /// The age of the value that the next appointment was made for.
    planned: AtomicU64,
}

impl Renewal {
    /// Has the key refreshed at its interval from now on: on the caller's runtime, if that is the newest.
    pub(crate) fn arm(self: &Arc<Self>, again: Box<dyn Again>) {
        background::adopt();
        let made = self.made();
        let timer = StdArc::new(Timer {
            renewal: Arc::downgrade(self),
            again: Mutex::new(Some(again)),
            planned: AtomicU64::new(made),
        });
        self.set_armed(true);
        let at = self.appointment(made);
        let weak = StdArc::downgrade(&timer);
        let before = lock(&self.timer.0).replace(timer);
        drop(before);
        maintenance::tend_at(at, weak);
    }

    /// When a value that was made then is to be refreshed.
    fn appointment(&self, made: Nanos) -> Nanos {
        made.saturating_add(random::shorten(self.rules.refresh, f64::from(self.rules.jitter)))
    }

    fn disarm(&self) {
        let timer = lock(&self.timer.0).take();
        drop(timer);
        self.set_armed(false);
    }
}

impl Tended for Timer {
    fn tend(&self, now: Nanos) -> Nanos {
        let Some(renewal) = self.renewal.upgrade() else { return NEVER };
        if renewal.has_left() || renewal.is_idle(now) {
            renewal.disarm();
            return NEVER;
        }
        let made = renewal.made();
        if self.planned.swap(made, Ordering::Relaxed) != made {
            // Somebody else has brought a new value meanwhile, or the last run has.
            return renewal.appointment(made);
        }
        let pause = renewal.rules.retry_after.min(renewal.rules.refresh);
        if !switch::is_enabled() {
            return now.saturating_add(renewal.rules.refresh);
        }
        match Renewal::claim(&renewal, now) {
            Some(claim) => {
                let again = lock(&self.again).take();
                if let Some(again) = again {
                    again.start(claim);
                    lock(&self.again).get_or_insert(again);
                }
                now.saturating_add(pause)
            }
            // One is under way, or the last one has failed.
            None => match renewal.due() {
                NEVER => now.saturating_add(pause),
                due => due.max(now.saturating_add(1)),
            },
        }
    }
}
