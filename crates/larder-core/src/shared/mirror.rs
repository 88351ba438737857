//! The memory in front of a store: what it keeps is invalid as soon as another process says so, and when nothing can be heard any more.
//!
//! Every record that a value in memory depends on has a scope of this process's beside it, under the record's name. A message of another process names the records it has
//! invalidated, and their scopes are invalidated here: the rule of [`crate::scope`] does the rest, also for a value that is on its way into memory just then.

use std::sync::{OnceLock, Weak};

use super::Space;
use crate::{
    context::Dependency,
    scope::{SEQUENCE, Scope, Sequence, Strength, Table},
    store::bytes::{Notice, StoreError, Watch},
    sync::Arc,
};

/// What this process hears of a space.
pub(super) struct Mirror {
    records: Table<String>,
    /// Everything that was read before the last interruption.
    heard: Arc<Scope>,
    watch: OnceLock<Option<Watch>>,
}

impl Mirror {
    pub(super) fn new() -> Self {
        Self { records: Table::new(), heard: Arc::default(), watch: OnceLock::new() }
    }

    /// These records are invalid.
    fn invalidate<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        names.into_iter().for_each(|name| self.records.invalidate(name, &SEQUENCE, Strength::Hard));
    }
}

impl Space {
    /// What a value in memory depends on that was computed or read knowing every invalidation up to `snapshot`.
    pub(crate) fn mirrored<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        snapshot: Sequence,
    ) -> Vec<Dependency> {
        let scopes = names.into_iter().map(|name| self.mirror.records.get_or_insert(name));
        let heard = std::iter::once(self.mirror.heard.clone());
        self.cache.tend_later();
        heard.chain(scopes).map(|scope| Dependency { scope, snapshot }).collect()
    }

    /// Listens to other processes from now on, if the store can tell of them.
    pub(crate) fn listen(&self) {
        self.mirror.watch.get_or_init(|| {
            let space = self.this.clone();
            self.store.watch(Box::new(move |notice| hear(&space, &notice)))
        });
    }

    /// The memory of this process forgets what depends on these records.
    pub(super) fn forget(&self, names: &[String]) {
        self.mirror.invalidate(names.iter().map(String::as_str));
    }

    /// Tells other processes, and the memory of this one, which records were invalidated.
    pub(super) fn tell(&self, names: &[String]) -> Result<(), StoreError> {
        self.forget(names);
        self.store.notify(message(names).as_bytes())
    }

    /// The same without blocking the task.
    pub(super) async fn tell_async(&self, names: &[String]) -> Result<(), StoreError> {
        self.forget(names);
        self.store.notify_async(message(names).as_bytes()).await
    }

    /// Forgets the scopes that nothing refers to. Says whether none is left.
    pub(crate) fn drop_unused(&self) -> bool {
        self.mirror.records.drop_unused();
        self.mirror.records.is_empty()
    }
}

/// What another process has said, or that it cannot be heard.
fn hear(space: &Weak<Space>, notice: &Notice) {
    let Some(space) = space.upgrade() else { return };
    match notice {
        Notice::Message(message) => {
            if let Ok(names) = std::str::from_utf8(message) {
                space.mirror.invalidate(names.lines().filter(|name| name.starts_with(&space.prefix)));
                space.cache.tend_later();
            }
        }
        // What was missed is not known.
        Notice::Interrupted | Notice::Resumed => space.mirror.heard.invalidate(&SEQUENCE, Strength::Hard),
    }
}

/// Names hold no blanks, and so no end of a line.
fn message(names: &[String]) -> String {
    names.join("\n")
}
