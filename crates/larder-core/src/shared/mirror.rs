//! What this process hears of other ones. The memory in front of a store: what it keeps is invalid as soon as another process says so, and when nothing can be heard any more.
//!
//! Every record that a value in memory depends on has a scope of this process's beside it, under the record's name. A message of another process names the records it has
//! invalidated, and their scopes are invalidated here: the rule of [`crate::scope`] does the rest, also for a value that is on its way into memory just then.
//!
//! A message may also name a lock that was released: then whoever waits for it here is woken. One watch serves both.

use std::sync::{OnceLock, Weak};

use super::{Space, Way};
use crate::{
    bells::Bells,
    context::Dependency,
    scope::{SEQUENCE, Scope, Sequence, Strength, Table},
    store::bytes::{Notice, StoreError, Watch},
    sync::{
        Arc,
        plain::{AtomicBool, Ordering},
    },
};

/// What this process hears of a space.
pub(super) struct Mirror {
    records: Table<String>,
    /// Everything that was read before the last interruption.
    heard: Arc<Scope>,
    watch: OnceLock<Option<Watch>>,
    /// Whether messages arrive now.
    hears: AtomicBool,
    /// Who waits for locks.
    pub(super) bells: Bells,
}

impl Mirror {
    pub(super) fn new() -> Self {
        Self {
            records: Table::new(),
            heard: Arc::default(),
            watch: OnceLock::new(),
            hears: AtomicBool::new(false),
            bells: Bells::new(),
        }
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

    /// Listens to other processes from now on, if the store can tell of them; says whether it can.
    pub(crate) fn listen(&self) -> bool {
        let watch = self.mirror.watch.get_or_init(|| {
            let space = self.this.clone();
            self.store.watch(Box::new(move |notice| hear(&space, &notice)))
        });
        watch.is_some()
    }

    /// Whether messages of other processes arrive now.
    pub(super) fn hears(&self) -> bool {
        self.mirror.hears.load(Ordering::Relaxed)
    }

    /// The memory of this process forgets what depends on these records.
    pub(super) fn forget(&self, names: &[String]) {
        self.mirror.invalidate(names.iter().map(String::as_str));
    }

    /// Tells other processes, and the memory of this one, which records were invalidated.
    pub(super) async fn tell(&self, names: &[String], way: Way) -> Result<(), StoreError> {
        self.forget(names);
        let message = message(names);
        match way {
            Way::Blocking => self.store.notify(message.as_bytes()),
            Way::Async => self.store.notify_async(message.as_bytes()).await,
        }
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
            let Ok(names) = std::str::from_utf8(message) else { return };
            let own = names.lines().filter(|name| name.starts_with(&space.prefix));
            let (locks, records): (Vec<_>, Vec<_>) = own.partition(|name| space.is_lock(name));
            locks.into_iter().for_each(|name| space.mirror.bells.ring(name));
            if !records.is_empty() {
                space.mirror.invalidate(records);
                space.cache.tend_later();
            }
        }
        // What was missed is not known: what memory keeps may be invalid, and a lock may be free.
        Notice::Interrupted | Notice::Resumed => {
            space.mirror.heard.invalidate(&SEQUENCE, Strength::Hard);
            space.mirror.hears.store(*notice == Notice::Resumed, Ordering::Relaxed);
            space.mirror.bells.ring_all();
        }
    }
}

/// Names hold no blanks, and so no end of a line.
fn message(names: &[String]) -> String {
    names.join("\n")
}
