//! What happens by itself: one thread that wakes sleepers at their time and lets expired entries leave.
//!
//! The thread is started by the first deadline, sleeps while there is none, and never keeps the program from ending. While a test moves the clock by
//! hand, moving it does this thread's work on the spot.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    sync::Weak,
    task::Waker,
    time::Duration,
};

use crate::{
    clock::{self, NEVER, Nanos},
    sync::plain::{Condvar, Mutex, lock},
};

/// Something that wants to be looked after.
pub(crate) trait Tended: Send + Sync {
    /// Does what is due, and says when to come again ([`NEVER`]: not before asked again). Runs on the maintenance thread.
    fn tend(&self, now: Nanos) -> Nanos;
}

/// Wakes `waker` once the clock has reached `at`.
pub(crate) fn wake_at(at: Nanos, waker: Waker) {
    schedule(at, Due::Wake(waker));
}

/// Looks after `what` once the clock has reached `at`, unless it is gone by then.
pub(crate) fn tend_at(at: Nanos, what: Weak<dyn Tended>) {
    schedule(at, Due::Tend(what));
}

/// Does everything that is due by now. Called by whoever moved the clock by hand.
pub(crate) fn catch_up() {
    loop {
        let due = take_due(&mut lock(&STATE), clock::now());
        if due.is_empty() {
            return;
        }
        run(due);
    }
}

enum Due {
    Wake(Waker),
    Tend(Weak<dyn Tended>),
}

struct State {
    /// When to do what, the earliest first; the number keeps equal times apart.
    times: BinaryHeap<Reverse<(Nanos, u64)>>,
    due: BTreeMap<u64, Due>,
    next: u64,
    running: bool,
}

fn schedule(at: Nanos, due: Due) {
    if at == NEVER {
        return;
    }
    let mut state = lock(&STATE);
    let number = state.next;
    state.next += 1;
    let earliest = state.times.peek().is_none_or(|Reverse((first, _))| at < *first);
    state.times.push(Reverse((at, number)));
    state.due.insert(number, due);
    if !state.running {
        let started = std::thread::Builder::new().name("larder-maintenance".into()).spawn(work);
        // Without a thread (none can be had, or the platform has none) entries still leave when they are read, and a few with each insertion.
        state.running = started.is_ok();
    } else if earliest {
        CHANGED.notify_one();
    }
}

fn work() {
    let mut state = lock(&STATE);
    loop {
        let now = clock::now();
        let due = if clock::is_manual() { Vec::new() } else { take_due(&mut state, now) };
        if !due.is_empty() {
            drop(state);
            run(due);
            state = lock(&STATE);
            continue;
        }
        let wait = match state.times.peek() {
            Some(Reverse((at, _))) if !clock::is_manual() => Duration::from_nanos(at.saturating_sub(now)),
            Some(_) => HAND_MOVED,
            None => IDLE,
        };
        state = match CHANGED.wait_timeout(state, wait.max(BREATH)) {
            Ok((state, _)) => state,
            Err(poisoned) => poisoned.into_inner().0,
        };
    }
}

fn take_due(state: &mut State, now: Nanos) -> Vec<Due> {
    let mut due = Vec::new();
    while let Some(Reverse((at, number))) = state.times.peek().copied() {
        if at > now {
            break;
        }
        state.times.pop();
        due.extend(state.due.remove(&number));
    }
    due
}

fn run(due: Vec<Due>) {
    for due in due {
        match due {
            // A waker is somebody else's code, and so is the `Drop` of values that leave: a panic in them must not end the maintenance.
            Due::Wake(waker) => {
                guarded(|| waker.wake());
            }
            Due::Tend(what) => {
                let again = guarded(|| what.upgrade().map_or(NEVER, |tended| tended.tend(clock::now())));
                schedule(again.unwrap_or_else(|| clock::now().saturating_add(RETRY)), Due::Tend(what));
            }
        }
    }
}

/// Runs what may panic; `None` if it did.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        // The hook has reported it; dropping what it carries may panic once more.
        .map_err(std::mem::forget)
        .ok()
}

static STATE: Mutex<State> =
    Mutex::new(State { times: BinaryHeap::new(), due: BTreeMap::new(), next: 0, running: false });

static CHANGED: Condvar = Condvar::new();

/// Not more often than this, whatever is due.
const BREATH: Duration = Duration::from_millis(1);

/// How often the thread looks whether real time runs again.
const HAND_MOVED: Duration = Duration::from_millis(50);

/// Nothing to wait for: until somebody says otherwise.
const IDLE: Duration = Duration::from_secs(3600);

/// After a panic in what is tended.
const RETRY: Nanos = 1_000_000_000;
