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
    #[cfg(feature = "tokio")]
    pub(super) fn runtime_guard(&self) -> Option<tokio::runtime::EnterGuard<'_>> {
        self.handle.as_ref().map(tokio::runtime::Handle::enter)
    }

    /// Has the calling thread inside it until the guard is dropped.
    #[cfg(not(feature = "tokio"))]
    pub(super) fn runtime_guard(&self) {}
}
