//! Which results are kept?
//!
//! ```text
//! cargo run --example errors
//! ```

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use larder::cached;

#[derive(Debug, Clone, PartialEq, Eq)]
enum LookupError {
    NotFound(u64),
    Busy,
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(id) => write!(f, "there is no user {id}"),
            Self::Busy => f.write_str("the server is busy"),
        }
    }
}

static NAMES: AtomicU32 = AtomicU32::new(0);

/// `Ok` is kept, `Err` is not: whoever asks after an error tries again. Only the errors of the pattern are kept too,
/// for a lifetime of their own.
#[cached(ttl = 60, cache_err = LookupError::NotFound(_), err_ttl = 5)]
fn name(id: u64) -> Result<String, LookupError> {
    NAMES.fetch_add(1, Ordering::Relaxed);
    match id {
        0 => Err(LookupError::NotFound(id)),
        1 => Err(LookupError::Busy),
        _ => Ok(format!("user {id}")),
    }
}

static READS: AtomicU32 = AtomicU32::new(0);

/// An alias of `Result` is one too: larder asks the type system, not the spelling. Errors need not be `Clone`.
#[cached(ttl = 60)]
fn settings(path: &str) -> io::Result<String> {
    READS.fetch_add(1, Ordering::Relaxed);
    std::fs::read_to_string(path)
}

static NICKNAMES: AtomicU32 = AtomicU32::new(0);

/// `None` is kept like any value; `cache_none = false` asks again, `none_ttl = ..` keeps it for another time.
#[cached(ttl = 60, cache_none = false)]
fn nickname(id: u64) -> Option<String> {
    NICKNAMES.fetch_add(1, Ordering::Relaxed);
    id.is_multiple_of(2).then(|| format!("nick {id}"))
}

static RATES: AtomicU32 = AtomicU32::new(0);

/// Any other rule: a condition on the value.
#[cached(ttl = 60, cache_if = |rate: &f64| rate.is_finite())]
fn rate(of: u32) -> f64 {
    RATES.fetch_add(1, Ordering::Relaxed);
    100.0 / f64::from(of)
}

fn main() {
    let twice = |id| (name(id), name(id)).1;
    for (id, runs) in [(7, 1), (0, 1), (1, 2)] {
        let before = NAMES.load(Ordering::Relaxed);
        let shown = twice(id).unwrap_or_else(|error| error.to_string());
        let ran = NAMES.load(Ordering::Relaxed) - before;
        println!("name({id}) twice: `{shown}`, the function ran {ran} x");
        assert_eq!(ran, runs);
    }

    for _ in 0..2 {
        assert!(settings("/no/such/file").is_err());
    }
    println!("an io::Error is not kept: {} attempts", READS.load(Ordering::Relaxed));
    assert_eq!(READS.load(Ordering::Relaxed), 2);

    for id in [2, 2, 3, 3] {
        nickname(id);
    }
    println!("nickname: {} runs, one for the Some, two for the None", NICKNAMES.load(Ordering::Relaxed));
    assert_eq!(NICKNAMES.load(Ordering::Relaxed), 3);

    for of in [4, 4, 0, 0] {
        rate(of);
    }
    println!("rate: {} runs, one for 25, two for infinity", RATES.load(Ordering::Relaxed));
    assert_eq!(RATES.load(Ordering::Relaxed), 3);

    println!("\n{}", larder::stats());
}
