//! The frame around a running function: which computation this is, inside which other one, and what it learned on the way.
//!
//! A computation is a number. Its [`Frame`] is made when something is to be noted (a nested cached call, a tag), which most computations never do. A thread is inside a
//! computation while it runs the function; for an async function, whatever thread polls it, for the time of each poll.

use std::time::Duration;

use crate::{
    clock::{NEVER, Nanos},
    scope::{Scope, Sequence},
    sync::{Arc, Mutex, lock},
    thread,
};

/// A computation's number: no other one's in this process. 0 is none.
pub(crate) type Id = u64;

/// What is known of one running computation.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) id: Id,
    /// What is computed.
    pub(crate) about: About,
    /// The computation that called this one.
    pub(crate) parent: Option<Arc<Frame>>,
    notes: Mutex<Notes>,
}

/// What is computed: which function, and the hash of which key.
#[derive(Clone, Copy)]
pub(crate) struct About {
    pub(crate) function: &'static dyn Computing,
    pub(crate) hash: u64,
    /// The newest invalidation when it started.
    pub(crate) snapshot: Sequence,
}

impl std::fmt::Debug for About {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("About").field("snapshot", &self.snapshot).finish_non_exhaustive()
    }
}

/// A function, as far as its computations have to know it.
pub(crate) trait Computing: Send + Sync {
    /// The name of the cache its values live in.
    fn cache_name(&self) -> &'static str;

    /// Whether its values go to a shared store.
    fn is_shared(&self) -> bool;

    /// The text of the key of a computation that runs.
    fn key_text(&self, hash: u64, id: Id) -> Option<String>;
}

/// What a computation noted about its own value.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// What the value depends on beside its own function and key, and the snapshot each dependency was read at.
    pub(crate) dependencies: Vec<Dependency>,
    /// A lifetime chosen inside the function.
    pub(crate) ttl: Option<Duration>,
    /// Do not keep the value.
    pub(crate) no_store: bool,
    /// What it depends on in shared stores.
    pub(crate) records: Vec<Arc<Records>>,
    /// Tags that the function gave its value, for the shared store it goes to.
    pub(crate) tags: Vec<String>,
    /// Whether it depends on what its shared store knows nothing of.
    pub(crate) is_foreign: bool,
}

/// Scopes in a shared store that a value depends on, with what was known of each: the names of their records, and numbers of the store's.
#[derive(Debug)]
pub(crate) struct Records {
    /// Which store and prefix: the address of its space.
    pub(crate) space: usize,
    pub(crate) scopes: Vec<(String, u64)>,
    /// When the store was asked about them. What is computed from a value in memory knows no more than that one did.
    pub(crate) asked: Nanos,
}

impl Records {
    /// What a value depends on that was computed without its store's word for it, or from what its store does not know: nobody could tell when it ceases to be true. It is the records of no
    /// store, so that no store keeps what was computed from it.
    pub(crate) fn unknown() -> Arc<Self> {
        Arc::new(Self { space: 0, scopes: Vec::new(), asked: NEVER })
    }
}

/// A scope, and the newest invalidation that was known when the value was read from it.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) scope: Arc<Scope>,
    pub(crate) snapshot: Sequence,
}

/// A place to run a function in: the computation, the one around it, and its frame if it was made.
#[derive(Debug, Default)]
pub(crate) struct Level {
    pub(crate) id: Id,
    pub(crate) about: Option<About>,
    pub(crate) parent: Option<Arc<Frame>>,
    pub(crate) frame: Option<Arc<Frame>>,
}

impl Dependency {
    /// Whether the scope was invalidated since, in whatever way.
    #[inline(always)]
    pub(crate) fn is_broken(&self) -> bool {
        self.scope.newest() > self.snapshot
    }
}

impl Frame {
    pub(crate) fn new(id: Id, about: About, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { id, about, parent, notes: Mutex::new(Notes::default()) })
    }

    /// Notes that the value depends on more.
    pub(crate) fn depend(&self, on: impl IntoIterator<Item = Dependency>, records: &[Arc<Records>]) {
        let mut notes = lock(&self.notes);
        notes.depend(on);
        notes.depend_on_records(records);
    }

    /// Changes what was noted.
    pub(crate) fn note(&self, change: impl FnOnce(&mut Notes)) {
        change(&mut lock(&self.notes));
    }

    fn take_notes(&self) -> Notes {
        std::mem::take(&mut *lock(&self.notes))
    }
}

impl Notes {
    /// Notes that the value depends on more.
    pub(crate) fn depend(&mut self, on: impl IntoIterator<Item = Dependency>) {
        for new in on {
            match self.dependencies.iter_mut().find(|known| Arc::ptr_eq(&known.scope, &new.scope)) {
                Some(known) => known.snapshot = known.snapshot.min(new.snapshot),
                None => self.dependencies.push(new),
            }
        }
    }
}

impl Notes {
    /// Notes that the value depends on more in shared stores.
    pub(crate) fn depend_on_records(&mut self, records: &[Arc<Records>]) {
        for new in records {
            if !self.records.iter().any(|known| Arc::ptr_eq(known, new)) {
                self.records.push(new.clone());
            }
        }
    }
}

impl Level {
    /// A new computation, inside the one the calling thread is inside of.
    #[inline]
    pub(crate) fn new(about: About) -> Self {
        let parent = if thread::is_inside() { thread::frame() } else { None };
        Self { id: thread::next_id(), about: Some(about), parent, frame: None }
    }

    /// The computation of a frame, wherever it is entered.
    pub(crate) fn of(frame: Arc<Frame>) -> Self {
        Self { id: frame.id, about: Some(frame.about), parent: frame.parent.clone(), frame: Some(frame) }
    }

    /// What the computation noted; nothing is left of it afterwards.
    #[inline]
    pub(crate) fn take_notes(&mut self) -> Notes {
        self.frame.take().map_or_else(Notes::default, |frame| frame.take_notes())
    }

    /// Runs `work` inside this computation.
    #[inline]
    pub(crate) fn enter<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let inside = Inside::of(self);
        let value = work();
        drop(inside);
        value
    }
}

/// Whether the caller runs inside this computation, directly or over others.
pub(crate) fn is_around_caller(id: Id) -> bool {
    chain().any(|around| around == id)
}

/// The computations around the caller, from the inside out.
pub(crate) fn chain() -> impl Iterator<Item = Id> {
    let innermost = if thread::is_inside() { thread::frame() } else { None };
    std::iter::successors(innermost, |frame| frame.parent.clone()).map(|frame| frame.id)
}

impl Level {
    /// Whether it is inside another computation of the same.
    pub(crate) fn is_inside_itself(&self) -> bool {
        let Some(own) = self.about else { return false };
        let is_same =
            |other: About| other.hash == own.hash && std::ptr::addr_eq(other.function, own.function);
        let around = std::iter::successors(self.parent.as_deref(), |frame| frame.parent.as_deref());
        around.map(|frame| frame.about).any(is_same)
    }
}

/// Has the calling thread inside a computation until it is dropped, also by a panic.
struct Inside<'a> {
    /// What is around it, meanwhile.
    level: &'a mut Level,
}

impl<'a> Inside<'a> {
    #[inline]
    fn of(level: &'a mut Level) -> Self {
        thread::swap_level(level);
        Self { level }
    }
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        thread::swap_level(self.level);
    }
}
