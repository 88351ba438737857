//! What a cached function can say about its own value while it computes it.
//!
//! These functions find the computation that the caller is inside of: the one whose function runs on this thread, or whose future is being polled on it. They follow it through
//! `.await` on any executor; into other threads and spawned tasks it is carried by a [`Computation`].

use std::{
    future::{Future, poll_fn},
    pin::pin,
    time::Duration,
};

use crate::{
    cache::{self, Inner},
    context::{Dependency, Frame, Level, Notes},
    error::Error,
    sync::Arc,
    thread,
};

/// The value being computed belongs to this tag: `invalidate_tag(tag)` reaches it. Says whether there is a computation to note it on; outside of cached functions, and
/// for an empty tag, it does nothing.
///
/// It counts from the start of the computation: an invalidation between the start and this call reaches the value as well.
pub fn add_tag(tag: impl AsRef<str>) -> bool {
    let Some(frame) = thread::frame() else { return false };
    let tag = tag.as_ref();
    !tag.is_empty() && depend(&frame, cache::of(frame.about.function.cache_name()), tag, true)
}

/// As [`add_tag`], with a tag of another cache.
///
/// # Errors
///
/// When there is no cache of that name, or the tag is empty.
pub fn add_tag_in(cache: &str, tag: impl AsRef<str>) -> Result<bool, Error> {
    let inner = cache::cache(cache)?.inner();
    let tag = tag.as_ref();
    if tag.is_empty() {
        return Err(Error::empty_tag());
    }
    Ok(thread::frame().is_some_and(|frame| {
        let is_own = frame.about.function.cache_name() == inner.name;
        depend(&frame, inner, tag, is_own)
    }))
}

/// The value being computed lives this long, whatever the options say; zero: it is not kept. Says whether there is a computation to note it on.
pub fn set_ttl(ttl: Duration) -> bool {
    note(|notes| notes.ttl = Some(ttl))
}

/// The value being computed is not kept. Says whether there is a computation to note it on.
pub fn no_store() -> bool {
    note(|notes| notes.no_store = true)
}

/// The key of the value being computed, as `f::key(..)` gives it; `None` outside of cached functions.
#[must_use]
pub fn current_key() -> Option<String> {
    let frame = thread::frame()?;
    frame.about.function.key_text(frame.about.hash, frame.id)
}

/// The name of the cache that the value being computed belongs to; `None` outside of cached functions.
#[must_use]
pub fn current_cache() -> Option<&'static str> {
    thread::about().map(|about| about.function.cache_name())
}

/// A computation that runs, to be carried into threads and tasks that work for it.
///
/// What these note (tags, lifetimes, cached calls they make) counts as if the function itself did, until it returns; what comes later is lost.
#[derive(Clone, Debug)]
pub struct Computation {
    frame: Option<Arc<Frame>>,
}

impl Computation {
    /// The computation that the caller is inside of. Outside of cached functions, one that does nothing.
    #[must_use]
    pub fn current() -> Self {
        Self { frame: thread::frame() }
    }

    /// Whether it was made inside a cached function.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.frame.is_some()
    }

    /// Runs `work` inside the computation, on this thread.
    ///
    /// # Panics
    ///
    /// When `work` does.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.frame {
            Some(frame) => Level::of(frame.clone()).enter(work),
            None => work(),
        }
    }

    /// The future, inside the computation wherever it is polled.
    pub async fn carry<F: Future>(self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| self.run(|| future.as_mut().poll(context))).await
    }
}

fn depend(frame: &Arc<Frame>, cache: &'static Inner, tag: &str, is_own: bool) -> bool {
    let scope = cache.tags.get_or_insert(tag);
    cache.tend_later();
    frame.note(|notes| {
        notes.depend([Dependency { scope, snapshot: frame.about.snapshot }]);
        if frame.about.function.is_shared() {
            if is_own { notes.tags.push(tag.into()) } else { notes.is_foreign = true }
        }
    });
    true
}

fn note(change: impl FnOnce(&mut Notes)) -> bool {
    let Some(frame) = thread::frame() else { return false };
    frame.note(change);
    true
}
