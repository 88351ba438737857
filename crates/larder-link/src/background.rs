//! A runtime for callers that have none: futures of this store may be awaited on any executor.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
};

use tokio::runtime::{Builder, Handle};

use crate::failure::Failure;

/// Runs `work` on a thread of ours that has a tokio runtime.
///
/// # Errors
///
/// As `work`, and when the system has no thread to give.
pub async fn on_runtime<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    match background() {
        Some(handle) => match handle.spawn(work).await {
            Ok(result) => result,
            Err(error) => Err(Failure::unreachable(error)),
        },
        None => Err(Failure::unreachable("no thread can be had for connections outside a tokio runtime")),
    }
}

/// Whether the caller runs on a tokio runtime.
#[must_use]
pub fn is_on_runtime() -> bool {
    Handle::try_current().is_ok()
}

/// The runtime of a thread that lives as long as the program; `None` while the system has no thread to give.
fn background() -> Option<Handle> {
    static HANDLE: Mutex<Option<Handle>> = Mutex::new(None);
    let mut started = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if started.is_none() {
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let handle = runtime.handle().clone();
        let drive = move || runtime.block_on(std::future::pending::<()>());
        std::thread::Builder::new().name("larder-link".into()).spawn(drive).ok()?;
        *started = Some(handle);
    }
    started.clone()
}
