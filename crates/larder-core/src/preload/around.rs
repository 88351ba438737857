//! What a run is inside of: the computation that called it, and the functions whose preloading called it.
//!
//! Both matter for what would wait for itself. A worker counts as inside the computation of the caller, who waits for it, so that an item which needs that very
//! computation runs for itself. And a provider that preloads is not asked again by the run it started.

use std::cell::RefCell;

use crate::{
    context::{Frame, Level},
    site::Site,
    sync::Arc,
    thread,
};

/// What the caller of a run is inside of.
#[derive(Debug)]
pub(super) struct Around {
    frame: Option<Arc<Frame>>,
    sites: Vec<&'static Site>,
}

impl Around {
    /// That of the calling thread.
    pub(super) fn current() -> Self {
        let sites = LOADING.try_with(|loading| loading.borrow().clone()).unwrap_or_default();
        Self { frame: thread::frame(), sites }
    }

    /// Whether this function is being preloaded around it.
    pub(super) fn is_loading(&self, site: &'static Site) -> bool {
        self.sites.iter().any(|loading| std::ptr::eq(*loading, site))
    }

    /// Runs `work`, which preloads `site`, inside of all that.
    pub(super) fn enter<T>(&self, site: &'static Site, work: impl FnOnce() -> T) -> T {
        let before = swap(self.sites.iter().copied().chain([site]).collect());
        let _back = Back(before);
        match &self.frame {
            None => work(),
            // Inside the caller's computation, but one of its own: what is preloaded is not what the caller's value is made of.
            Some(frame) => {
                let about = Some(frame.about);
                let mut level =
                    Level { id: thread::next_id(), about, parent: Some(frame.clone()), frame: None };
                level.enter(work)
            }
        }
    }
}

/// Puts the thread back where it was, also by a panic.
struct Back(Vec<&'static Site>);

impl Drop for Back {
    fn drop(&mut self) {
        swap(std::mem::take(&mut self.0));
    }
}

fn swap(sites: Vec<&'static Site>) -> Vec<&'static Site> {
    LOADING.try_with(|loading| loading.replace(sites)).unwrap_or_default()
}

thread_local! {
    /// The functions that this thread preloads, from the outside in.
    static LOADING: RefCell<Vec<&'static Site>> = const { RefCell::new(Vec::new()) };
}
