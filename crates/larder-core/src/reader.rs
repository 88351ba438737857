//! Each thread's record as a reader of this process's stores: see [`crate::epoch`].

use std::cell::Cell;

use crate::epoch::{Domain, Pin, Place, Record};

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
    /// Pins this thread for reading at `place`: see [`crate::epoch`].
    #[inline(always)]
    pub(crate) fn pin(&self, place: Place) -> Pin<'static> {
        READERS.pin(self.record, place)
    }
}

/// The calling thread's record. Cost: one thread-local access after the first call of a thread.
#[inline(always)]
pub(crate) fn current() -> Reader {
    match READER.get() {
        Some(reader) => reader,
        None => enlist(),
    }
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
    static FAREWELL: Farewell = const { Farewell(Cell::new(None)) };
}
