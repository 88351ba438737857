//! The only place that reads time.
//!
//! Lifetimes are measured on a coarse monotonic clock: cheap (about 5 ns on Linux), and exact to a few milliseconds (the kernel's tick). Load times are
//! measured on the precise one. Tests move a clock by hand instead; then both stand still between moves.

use std::time::{Duration, Instant};

use crate::sync::{
    Ordering,
    plain::{AtomicU64, OnceLock},
};

/// Nanoseconds since some moment before the program's first call.
pub(crate) type Nanos = u64;

/// The moment that never comes.
pub(crate) const NEVER: Nanos = u64::MAX;

/// The time of the hand-moved clock, or [`NEVER`] while real time runs.
static MANUAL: AtomicU64 = AtomicU64::new(NEVER);

/// The time by the coarse clock.
#[inline(always)]
pub(crate) fn now() -> Nanos {
    let manual = MANUAL.load(Ordering::Relaxed);
    if manual != NEVER { manual } else { coarse() }
}

/// The time by the precise clock; only differences mean anything.
pub(crate) fn precise() -> Nanos {
    let manual = MANUAL.load(Ordering::Relaxed);
    if manual != NEVER { manual } else { since_start() }
}

/// Real time by the precise clock, also while a test moves the clock by hand: for deadlines of what a test waits for.
pub(crate) fn real() -> Nanos {
    since_start()
}

/// `duration` in nanoseconds; what does not fit is [`NEVER`].
pub(crate) fn nanos(duration: Duration) -> Nanos {
    u64::try_from(duration.as_nanos()).unwrap_or(NEVER)
}

/// Whether a test moves the clock by hand.
pub(crate) fn is_manual() -> bool {
    MANUAL.load(Ordering::Relaxed) != NEVER
}

/// Stops real time: from now on only [`advance`] moves the clock.
pub(crate) fn stop() {
    if !is_manual() {
        MANUAL.store(coarse(), Ordering::SeqCst);
    }
}

/// Lets real time run again.
pub(crate) fn resume() {
    MANUAL.store(NEVER, Ordering::SeqCst);
}

/// Moves the stopped clock forward.
pub(crate) fn advance(by: Duration) {
    let _ = MANUAL.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| {
        (now != NEVER).then(|| now.saturating_add(nanos(by)).min(NEVER - 1))
    });
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the standard library does not offer the coarse clock")]
#[inline(always)]
fn coarse() -> Nanos {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a live `timespec`, which is all the call asks for; the clock exists since Linux 2.6.32.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, &raw mut time) };
    if failed != 0 {
        return since_start();
    }
    (time.tv_sec as u64).wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec as u64)
}

#[cfg(not(target_os = "linux"))]
fn coarse() -> Nanos {
    since_start()
}

fn since_start() -> Nanos {
    static START: OnceLock<Instant> = OnceLock::new();
    nanos(START.get_or_init(Instant::now).elapsed())
}
