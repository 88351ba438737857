//! Is it still true: what an invalidation reaches, and the order of invalidations and computations.
//!
//! There is one sequence of invalidations in a process. An invalidation takes the next number and records it on its [`Scope`]; a computation
//! notes the number it starts at (its *snapshot*); a value is valid while none of its scopes was invalidated after that snapshot. No clock decides
//! that, so nothing depends on skew or resolution, and an invalidation costs the same however many values it reaches. Only how long a value that was
//! invalidated softly may still be served stale is a matter of time.

mod softened;
mod table;

use softened::Softened;
pub(crate) use table::Table;

use crate::{
    clock::{self, Nanos},
    sync::{AtomicU64, Ordering},
};

/// A number in the sequence of invalidations.
pub(crate) type Sequence = u64;

/// Numbers the invalidations.
#[derive(Debug)]
pub(crate) struct Sequencer {
    newest: AtomicU64,
}

/// Something that can be invalidated: a function, a user, a tag, a key.
#[derive(Debug)]
pub(crate) struct Scope {
    /// The newest invalidation, hard or soft: all that a hit looks at.
    newest: AtomicU64,
    /// The newest hard one.
    hard: AtomicU64,
    /// When the soft ones came.
    softened: Softened,
}

/// What an invalidation leaves of the values it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strength {
    /// They are never served again.
    Hard,
    /// They have expired: served only where stale values may be.
    Soft,
}

impl Sequencer {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self { newest: AtomicU64::new(0) }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self { newest: AtomicU64::new(0) }
    }

    /// The number of the newest invalidation: what a computation that starts now notes.
    pub(crate) fn snapshot(&self) -> Sequence {
        self.newest.load(Ordering::SeqCst)
    }
}

impl Scope {
    /// A scope whose past is not known beyond this invalidation.
    fn since(hard: Sequence) -> Self {
        Self { newest: AtomicU64::new(hard), hard: AtomicU64::new(hard), softened: Softened::default() }
    }

    /// From now on, what was computed from an earlier snapshot is not valid in this scope.
    pub(crate) fn invalidate(&self, sequencer: &Sequencer, strength: Strength) {
        let number = sequencer.newest.fetch_add(1, Ordering::SeqCst) + 1;
        match strength {
            Strength::Hard => _ = self.hard.fetch_max(number, Ordering::SeqCst),
            Strength::Soft => self.softened.note(number, clock::now()),
        }
        self.newest.fetch_max(number, Ordering::SeqCst);
    }

    /// The newest invalidation of this scope, hard or soft; 0 if there was none.
    #[inline(always)]
    pub(crate) fn newest(&self) -> Sequence {
        self.newest.load(Ordering::Acquire)
    }

    /// The newest hard invalidation; read after [`newest`](Self::newest).
    pub(crate) fn hard(&self) -> Sequence {
        self.hard.load(Ordering::Acquire)
    }

    /// When a soft invalidation first reached what was computed from this snapshot; read after [`newest`](Self::newest).
    pub(crate) fn softened(&self, snapshot: Sequence) -> Option<Nanos> {
        self.softened.since(snapshot)
    }
}

impl Default for Scope {
    fn default() -> Self {
        Self::since(0)
    }
}

/// The invalidations of this process.
#[cfg(not(loom))]
pub(crate) static SEQUENCE: Sequencer = Sequencer::new();
