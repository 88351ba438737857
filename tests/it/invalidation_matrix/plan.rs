//! What a run does: how it calls the functions below it, and where it is held up.
//!
//! A call has the plan of its thread. A run in the background is on a thread of larder's, and takes the plan that was left for its key.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use crate::support::Gate;

/// What a call does on its thread.
#[derive(Clone, Default)]
pub(super) struct Plan {
    pub(super) enter: Enter,
    /// Where it is held up.
    pub(super) held: Option<(Place, Arc<Gate>)>,
}

/// How the functions are entered.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Enter {
    #[default]
    Call,
    /// By `refresh`, all of them.
    Refresh,
    /// By `refresh`, but calls inside are plain ones.
    RefreshOutermost,
    /// By a plain call, but calls inside are by `refresh`.
    RefreshInside,
    /// The innermost value is inserted before it is read.
    Insert,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Leaf,
    Predicate,
    Middle,
}

thread_local! {
    static PLAN: RefCell<Option<Plan>> = const { RefCell::new(None) };
}

/// For the run in the background.
static BEHIND: Mutex<Option<Plan>> = Mutex::new(None);

/// Runs `work` with this plan for its thread.
pub(super) fn with<T>(plan: Plan, work: impl FnOnce() -> T) -> T {
    PLAN.replace(Some(plan));
    let value = work();
    PLAN.take();
    value
}

/// Leaves a plan for what runs on threads that have none.
pub(super) fn leave_behind(plan: Option<Plan>) {
    *BEHIND.lock().unwrap() = plan;
}

fn plan() -> Plan {
    PLAN.with_borrow(Clone::clone).or_else(|| BEHIND.lock().unwrap().clone()).unwrap_or_default()
}

pub(super) fn enter() -> Enter {
    plan().enter
}

/// The gate at which the calling thread is held up here, if it is.
fn gate(place: Place) -> Option<Arc<Gate>> {
    plan().held.filter(|(held, _)| *held == place).map(|(_, gate)| gate)
}

pub(super) fn pause(place: Place) {
    if let Some(gate) = gate(place) {
        gate.pass();
    }
}

pub(super) async fn pause_async(place: Place) {
    if let Some(gate) = gate(place) {
        gate.pass_async().await;
    }
}
