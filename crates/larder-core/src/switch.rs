//! Switching all caching off.

use crate::{
    cache,
    error::Error,
    sync::{Ordering, plain::AtomicU8},
};

/// Switches all caching of the process on or off, from the next call on: while it is off, every cached function runs its body, and nothing is read or
/// stored. What was stored before is kept, and served again once caching is on; invalidations take effect all the same.
///
/// Beats the environment variable `LARDER_ENABLED`. Cost: one store.
pub fn set_enabled(enabled: bool) {
    STATE.store(if enabled { ON } else { OFF }, Ordering::SeqCst);
}

/// Whether caching is on: as [`set_enabled`] said, otherwise as `LARDER_ENABLED` says, otherwise yes.
#[must_use]
#[inline(always)]
pub fn is_enabled() -> bool {
    match STATE.load(Ordering::Relaxed) {
        ON => true,
        OFF => false,
        _ => ask_environment(),
    }
}

/// Reads the environment now rather than at the first cached call.
///
/// # Errors
///
/// When `LARDER_ENABLED` holds something else than `true`, `false`, `1`, `0`, `on`, `off`, `yes` or `no`: without this check, such a value is reported once
/// on standard error by the first cached call, and caching stays on. When `LARDER_PREFIX` cannot be a prefix: without this check, each use of a shared store fails, and says so.
/// When `LARDER_ENCRYPTION_KEYS` is set and holds no keys, or the feature `encrypt` is missing: then nothing is stored outside of the process.
pub fn check_environment() -> Result<(), Error> {
    from_environment()?;
    cache::check_environment()?;
    crate::shared::check_environment()
}

fn from_environment() -> Result<bool, Error> {
    let Some(value) = std::env::var_os(VARIABLE) else {
        return Ok(true);
    };
    let value = value.to_string_lossy().into_owned();
    match value.trim().to_ascii_lowercase().as_str() {
        "" | "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" => Ok(false),
        _ => Err(Error::environment(VARIABLE, value, "true or false")),
    }
}

#[cold]
fn ask_environment() -> bool {
    let enabled = from_environment().unwrap_or_else(|error| {
        eprintln!("larder: {error}; caching stays on");
        true
    });
    let said = if enabled { ON } else { OFF };
    // Somebody may have said it meanwhile; then that holds.
    let _ = STATE.compare_exchange(UNKNOWN, said, Ordering::SeqCst, Ordering::SeqCst);
    STATE.load(Ordering::Relaxed) == ON
}

static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);

const UNKNOWN: u8 = 0;
const ON: u8 = 1;
const OFF: u8 = 2;

const VARIABLE: &str = "LARDER_ENABLED";
