//! The computation that the calling thread is inside of, and the options of the calls it makes.

use std::cell::{Cell, RefCell};

#[cfg(not(loom))]
use crate::per_call::CallOptions;
use crate::{
    context::{About, Frame, Id, Level},
    sync::{
        Arc,
        plain::{AtomicU64, Ordering},
    },
};

/// Whether a call has to look around itself: it is made from inside a computation, or with options. Cost: one thread-local access.
#[inline(always)]
pub(crate) fn is_special() -> bool {
    INSIDE.get() != 0
}

/// Whether the calling thread is inside a computation. Cost: one thread-local access.
#[inline(always)]
pub(crate) fn is_inside() -> bool {
    INSIDE.get() & !WITH_OPTIONS != 0
}

/// The frame of the computation the calling thread is inside of; it is made if need be.
pub(crate) fn frame() -> Option<Arc<Frame>> {
    let id = INSIDE.get() & !WITH_OPTIONS;
    let about = ABOUT.get()?;
    // A thread that is being torn down notes nothing, and nothing breaks.
    FRAMES
        .try_with(|frames| {
            let (parent, frame) = &mut *frames.borrow_mut();
            HAS_FRAMES.set(true);
            frame.get_or_insert_with(|| Frame::new(id, about, parent.clone())).clone()
        })
        .ok()
}

/// Puts the calling thread inside `level`, which keeps what the thread was inside of before; the same once more is the way back. Exchanged in place, because
/// moving levels around cost more than all the rest of it.
#[inline]
pub(crate) fn swap_level(level: &mut Level) {
    level.id = INSIDE.replace(level.id);
    level.about = ABOUT.replace(level.about);
    if HAS_FRAMES.get() || level.parent.is_some() || level.frame.is_some() {
        swap_frames(level);
    }
}

/// The options of the calls that this thread makes now; those of a function that runs inside have none.
#[cfg(not(loom))]
pub(crate) fn options() -> CallOptions {
    if INSIDE.get() & WITH_OPTIONS == 0 { CallOptions::default() } else { OPTIONS.get().unwrap_or_default() }
}

/// Sets the options of the calls that this thread makes, until what this gives is dropped.
#[cfg(not(loom))]
pub(crate) fn set_options(options: Option<CallOptions>) -> RestoreOptions {
    let inside = INSIDE.get();
    INSIDE.set(if options.is_some() { inside | WITH_OPTIONS } else { inside & !WITH_OPTIONS });
    RestoreOptions { inside, options: OPTIONS.replace(options) }
}

/// Puts back the options from before.
#[cfg(not(loom))]
pub(crate) struct RestoreOptions {
    inside: Id,
    options: Option<CallOptions>,
}

#[cfg(not(loom))]
impl Drop for RestoreOptions {
    fn drop(&mut self) {
        INSIDE.set(self.inside);
        OPTIONS.set(self.options);
    }
}

/// What the computation around the caller computes.
pub(crate) fn about() -> Option<About> {
    ABOUT.get()
}

#[cold]
#[inline(never)]
fn swap_frames(level: &mut Level) {
    let _ = FRAMES.try_with(|frames| {
        let (parent, frame) = &mut *frames.borrow_mut();
        std::mem::swap(parent, &mut level.parent);
        std::mem::swap(frame, &mut level.frame);
        HAS_FRAMES.set(parent.is_some() || frame.is_some());
    });
}

/// A number for a new computation. Cost: no shared memory.
#[inline]
pub(crate) fn next_id() -> Id {
    let id = NEXT_ID.get();
    if id & LAST_OF_BLOCK == 0 {
        // The first of a block, or of the thread.
        let block = BLOCKS.fetch_add(1, Ordering::Relaxed);
        NEXT_ID.set((block << 16 | 1) + 1);
        return block << 16 | 1;
    }
    NEXT_ID.set(id + 1);
    id
}

type Frames = (Option<Arc<Frame>>, Option<Arc<Frame>>);

/// Numbers are handed to threads in blocks of 65,535; 0 is never one.
static BLOCKS: AtomicU64 = AtomicU64::new(0);
const LAST_OF_BLOCK: u64 = (1 << 16) - 1;

/// Beside a computation's number: calls have options. Numbers stay below it for as long as threads are made.
const WITH_OPTIONS: Id = 1 << 63;

thread_local! {
    static INSIDE: Cell<Id> = const { Cell::new(0) };
    #[cfg(not(loom))]
    static OPTIONS: Cell<Option<CallOptions>> = const { Cell::new(None) };
    static ABOUT: Cell<Option<About>> = const { Cell::new(None) };
    static NEXT_ID: Cell<Id> = const { Cell::new(0) };
    /// Whether there is anything in `FRAMES`.
    static HAS_FRAMES: Cell<bool> = const { Cell::new(false) };
    /// The frame of the computation around the one this thread is inside of, and its own, as far as they were made.
    static FRAMES: RefCell<Frames> = const { RefCell::new((None, None)) };
}
