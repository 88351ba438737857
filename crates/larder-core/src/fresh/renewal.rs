//! What has happened to one key of a function that refreshes or serves stale values: when the next run is due, and who runs it.
//!
//! There is one slot for a run in the background. Whoever sees that a run is due *claims* the slot; it is free again when the run has ended, however it ended, so that
//! no failure, full queue or closed runtime keeps a key stale for ever.

use crate::{
    clock::{self, NEVER, Nanos},
    fresh::Rules,
    sync::{Arc, AtomicBool, AtomicU32, AtomicU64, Ordering},
};

/// The state of one key, handed on from entry to entry as long as the key is in the store.
#[derive(Debug)]
pub(crate) struct Renewal {
    pub(crate) rules: &'static Rules,
    /// From here on a run in the background may begin; [`NEVER`] while one is under way.
    due: AtomicU64,
    /// Runs that failed since the value was made.
    failures: AtomicU32,
    /// When the value was made.
    made: AtomicU64,
    /// How long that took.
    cost: AtomicU64,
    /// When the value was last read, to a 64th of `refresh_idle`.
    used: AtomicU64,
    /// Whether the key is refreshed at its interval.
    is_armed: AtomicBool,
    /// Whether the key's entry has left the store, though somebody may still look at it.
    has_left: AtomicBool,
    #[cfg(not(loom))]
    pub(super) timer: super::timer::Slot,
}

/// The right to run a key's function in the background, and the duty to say how that ended.
#[derive(Debug)]
pub(crate) struct Claim {
    renewal: Arc<Renewal>,
    /// When the value was made that is to be replaced.
    pub(crate) since: Nanos,
    /// Whether it was given to the background.
    is_started: bool,
}

impl Renewal {
    pub(crate) fn new(rules: &'static Rules, now: Nanos) -> Arc<Self> {
        Arc::new(Self {
            rules,
            due: AtomicU64::new(0),
            failures: AtomicU32::new(0),
            made: AtomicU64::new(now),
            cost: AtomicU64::new(0),
            used: AtomicU64::new(now),
            is_armed: AtomicBool::new(false),
            has_left: AtomicBool::new(false),
            #[cfg(not(loom))]
            timer: super::timer::Slot::default(),
        })
    }

    /// A new value was stored.
    pub(crate) fn stored(&self, made: Nanos, cost: Nanos) {
        self.made.store(made, Ordering::Relaxed);
        self.cost.store(cost, Ordering::Relaxed);
        self.failures.store(0, Ordering::Relaxed);
        // Last: whoever claims from here on sees the rest. It ends the claim of the run that brought the value, too.
        self.due.store(0, Ordering::Release);
    }

    /// A value was found that another process has made then: its time counts. A run that is under way goes on.
    pub(crate) fn found(&self, made: Nanos) {
        self.made.fetch_max(made, Ordering::Relaxed);
        self.failures.store(0, Ordering::Relaxed);
    }

    /// The key's entry has left the store, or another one has taken its place after all.
    pub(crate) fn set_left(&self, has_left: bool) {
        self.has_left.store(has_left, Ordering::Release);
    }

    /// Whether there is nothing to refresh any more.
    pub(crate) fn has_left(&self) -> bool {
        self.has_left.load(Ordering::Acquire)
    }

    /// The function failed for a call; it is not tried again before this much time has passed. A longer pause stays as it is, and so does a run that is under way.
    pub(crate) fn failed(&self, now: Nanos, pause: Nanos) {
        self.due.fetch_max(now.saturating_add(pause).min(NEVER - 1), Ordering::AcqRel);
    }

    /// The same for the run in the background, which this ends.
    pub(crate) fn failed_behind(&self, now: Nanos, pause: Nanos) {
        self.due.store(now.saturating_add(pause).min(NEVER - 1), Ordering::Release);
    }

    /// Somebody else runs the function: the run in the background, which this ends, was not needed, and the next one is not before this much time has passed.
    pub(crate) fn put_off(&self, now: Nanos, pause: Nanos) {
        self.failed_behind(now, pause);
    }

    /// Counts a failure; says how many there were in a row.
    pub(crate) fn count_failure(&self) -> u32 {
        self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// Takes the slot, if a run is due.
    pub(crate) fn claim(this: &Arc<Self>, now: Nanos) -> Option<Claim> {
        Self::claim_since(this, now, this.made.load(Ordering::Relaxed))
    }

    /// The same, for a value that was made then.
    pub(crate) fn claim_since(this: &Arc<Self>, now: Nanos, since: Nanos) -> Option<Claim> {
        let due = this.due.load(Ordering::Acquire);
        if due > now || this.due.compare_exchange(due, NEVER, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            return None;
        }
        Some(Claim { renewal: this.clone(), since, is_started: false })
    }

    /// Whether the function failed so recently that it is not to be tried again yet.
    pub(crate) fn is_resting(&self, now: Nanos) -> bool {
        let due = self.due.load(Ordering::Acquire);
        due > now && due != NEVER && self.failures.load(Ordering::Relaxed) > 0
    }

    /// When a run may begin: [`NEVER`] while one is under way.
    pub(crate) fn due(&self) -> Nanos {
        self.due.load(Ordering::Acquire)
    }

    /// When the value was made.
    pub(crate) fn made(&self) -> Nanos {
        self.made.load(Ordering::Relaxed)
    }

    /// How long the value took to compute.
    pub(crate) fn cost(&self) -> Nanos {
        self.cost.load(Ordering::Relaxed)
    }

    /// Notes a read. Writes only when enough time has passed to matter.
    pub(crate) fn touch(&self, now: Nanos) {
        if self.rules.refresh != NEVER
            && now > self.used.load(Ordering::Relaxed).saturating_add(self.rules.refresh_idle / 64)
        {
            self.used.store(now, Ordering::Relaxed);
        }
    }

    /// Whether nobody has read the value for so long that refreshing it is not worth its while.
    pub(crate) fn is_idle(&self, now: Nanos) -> bool {
        now.saturating_sub(self.used.load(Ordering::Relaxed)) >= self.rules.refresh_idle
    }

    /// Whether it says anything: a run is under way, the function rests after a failure, or the key is refreshed at its interval.
    pub(crate) fn is_needed(&self, now: Nanos) -> bool {
        self.due.load(Ordering::Acquire) > now || self.is_armed.load(Ordering::Relaxed)
    }

    /// Whether the key ought to be refreshed at an interval and is not.
    pub(crate) fn is_unarmed(&self) -> bool {
        self.rules.refresh != NEVER && !self.is_armed.load(Ordering::Relaxed)
    }

    /// Says that the key is refreshed at its interval from now on, or not any more; gives what was said before.
    pub(crate) fn set_armed(&self, is_armed: bool) -> bool {
        self.is_armed.swap(is_armed, Ordering::AcqRel)
    }
}

impl Claim {
    /// The run is on its way: from now on it counts as failed if it does not come to its end.
    pub(crate) fn start(&mut self) {
        self.is_started = true;
    }

    /// The run came to its end, and has stored its value or noted its failure itself. If it did neither (the value is not to be kept), the next one may begin.
    pub(crate) fn done(mut self) {
        self.is_started = false;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.renewal.due() != NEVER {
            // The run has said itself when the next one is due.
            return;
        }
        let due = if self.is_started {
            // Nobody ran it, or it was dropped in the middle.
            let failures = self.renewal.count_failure();
            clock::now().saturating_add(self.renewal.rules.back_off(failures)).min(NEVER - 1)
        } else {
            0
        };
        let _ = self.renewal.due.compare_exchange(NEVER, due, Ordering::AcqRel, Ordering::Relaxed);
    }
}
