//! The runtime of the caller, which workers run inside of: timers and sockets of async functions belong to it.

/// What the caller of a run was inside of.
#[derive(Clone, Debug, Default)]
pub(super) struct Runtime {
    #[cfg(feature = "tokio")]
    handle: Option<tokio::runtime::Handle>,
}

impl Runtime {
    /// That of the calling thread.
    pub(super) fn current() -> Self {
        Self {
            #[cfg(feature = "tokio")]
            handle: tokio::runtime::Handle::try_current().ok(),
        }
    }

    /// Has the calling thread inside it until the guard is dropped.
    pub(super) fn runtime_guard(&self) -> RuntimeGuard<'_> {
        RuntimeGuard {
            #[cfg(feature = "tokio")]
            _inside: self.handle.as_ref().map(tokio::runtime::Handle::enter),
            _of: std::marker::PhantomData,
        }
    }
}

/// The calling thread is inside a runtime, if there is one.
#[derive(Debug)]
pub(super) struct RuntimeGuard<'a> {
    #[cfg(feature = "tokio")]
    _inside: Option<tokio::runtime::EnterGuard<'a>>,
    _of: std::marker::PhantomData<&'a Runtime>,
}
