//! Where what a model checks has its primitives from: the standard library's, or the same from loom when a model is checked.
//!
//! Everything whose interleavings matter takes its atomics, locks and cells from here, so that the model checker sees the code that ships.
//! Process-wide tables that no model touches (the registry, the clock) use `plain`, which is always the standard library's.

#[cfg(loom)]
pub(crate) use loom::sync::{
    Arc, Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence},
};
#[cfg(not(loom))]
pub(crate) use std::sync::{
    Arc, Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence},
};

/// The standard library's own, for process-wide state with constant initialisers.
pub(crate) mod plain {
    pub(crate) use std::sync::{
        Condvar, Mutex, MutexGuard, OnceLock,
        atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering},
    };

    /// Locks, also after a panic elsewhere: no section of ours runs user code, so what the lock guards is whole.
    pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Locks, also after a panic elsewhere: no section of ours runs user code, so what the lock guards is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A cell that loom watches for conflicting accesses.
#[derive(Debug)]
pub(crate) struct Shared<T> {
    #[cfg(not(loom))]
    cell: std::cell::UnsafeCell<T>,
    #[cfg(loom)]
    cell: loom::cell::UnsafeCell<T>,
}

impl<T> Shared<T> {
    #[cfg(loom)]
    pub(crate) fn new(value: T) -> Self {
        Self { cell: loom::cell::UnsafeCell::new(value) }
    }

    /// Gives `read` a pointer that it may read through.
    #[inline(always)]
    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        #[cfg(not(loom))]
        return read(self.cell.get());
        #[cfg(loom)]
        return self.cell.with(read);
    }

    /// Gives `write` a pointer that it may write through.
    #[inline(always)]
    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        #[cfg(not(loom))]
        return write(self.cell.get());
        #[cfg(loom)]
        return self.cell.with_mut(write);
    }
}

/// Keeps what it holds on cache lines of its own (two, since processors fetch them in pairs).
#[repr(align(128))]
#[derive(Debug, Default)]
pub(crate) struct OwnLine<T>(pub(crate) T);

impl<T> std::ops::Deref for OwnLine<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}
