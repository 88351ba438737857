//! What larder keeps for each thread: its record as a reader, and the computation it is inside of.

use std::cell::{Cell, RefCell};

use crate::{
    context::Frame,
    epoch::{Domain, Pin, Record},
    sync::Arc,
};

/// The readers of this process.
pub(crate) static READERS: Domain = Domain::new();

/// A thread's number among those alive, and its record as a reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    /// Small, and no other live thread's; used again when the thread has ended.
    pub(crate) number: usize,
    record: &'static Record,
}

impl Reader {
    /// Pins this thread: see [`crate::epoch`].
    #[inline(always)]
    pub(crate) fn pin(&self) -> Pin<'static> {
        READERS.pin(self.record)
    }
}

/// The calling thread's record. Cost: one thread-local access after the first call of a thread.
#[inline(always)]
pub(crate) fn reader() -> Reader {
    match READER.get() {
        Some(reader) => reader,
        None => enlist(),
    }
}

/// The computation the calling thread is inside of, if any.
#[inline(always)]
pub(crate) fn frame() -> Option<Arc<Frame>> {
    if !INSIDE.get() {
        return None;
    }
    FRAME.try_with(|frame| frame.borrow().clone()).ok().flatten()
}

/// Whether the calling thread is inside a computation. Cost: one thread-local access.
#[inline(always)]
pub(crate) fn is_inside() -> bool {
    INSIDE.get()
}

/// Puts the calling thread inside `frame`, and gives back what it was inside of before.
pub(crate) fn swap_frame(frame: Option<Arc<Frame>>) -> Option<Arc<Frame>> {
    INSIDE.set(frame.is_some());
    // A thread that is being torn down runs without a frame: nothing is noted, nothing breaks.
    FRAME.try_with(|current| std::mem::replace(&mut *current.borrow_mut(), frame)).ok().flatten()
}

#[cold]
fn enlist() -> Reader {
    let (number, record) = READERS.acquire();
    let reader = Reader { number, record };
    // Without the farewell (the thread is being torn down already) the record stays taken: a few bytes, once per such thread.
    let _ = FAREWELL.try_with(|farewell| farewell.0.set(Some(reader)));
    READER.set(Some(reader));
    reader
}

/// Gives the record back when the thread ends.
struct Farewell(Cell<Option<Reader>>);

impl Drop for Farewell {
    fn drop(&mut self) {
        if let Some(reader) = self.0.take() {
            READER.set(None);
            READERS.release(reader.record);
        }
    }
}

thread_local! {
    static READER: Cell<Option<Reader>> = const { Cell::new(None) };
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static FRAME: RefCell<Option<Arc<Frame>>> = const { RefCell::new(None) };
    static FAREWELL: Farewell = const { Farewell(Cell::new(None)) };
}
