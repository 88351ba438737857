//! Is it still true: what an invalidation reaches, and the order of invalidations and computations.
//!
//! There is one sequence of invalidations in a process. An invalidation takes the next number and records it on its [`Scope`]; a computation
//! notes the number it starts at (its *snapshot*); a value is valid while none of its scopes was invalidated after that snapshot. No clock is
//! involved, so nothing depends on skew or resolution, and an invalidation costs the same however many values it reaches.

mod table;

pub(crate) use table::Table;

use crate::sync::{AtomicU64, Ordering, plain};

/// A number in the sequence of invalidations.
pub(crate) type Sequence = u64;

/// The number of the newest invalidation of the process: what a computation that starts now notes.
pub(crate) fn snapshot() -> Sequence {
    SEQUENCE.load(Ordering::SeqCst)
}

/// Something that can be invalidated: a function, a cache, a user, a tag, a key.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    invalidated_at: AtomicU64,
}

impl Scope {
    /// From now on, what was computed from an earlier snapshot is not valid in this scope.
    pub(crate) fn invalidate(&self) {
        let number = SEQUENCE.fetch_add(1, Ordering::SeqCst) + 1;
        self.invalidated_at.fetch_max(number, Ordering::SeqCst);
    }

    /// The newest invalidation of this scope; 0 if there was none.
    #[inline(always)]
    pub(crate) fn invalidated_at(&self) -> Sequence {
        self.invalidated_at.load(Ordering::Acquire)
    }
}

static SEQUENCE: plain::AtomicU64 = plain::AtomicU64::new(0);
