//! One store as one named cache uses it.

use std::{
    fmt,
    sync::{Arc as StdArc, Weak},
    time::Duration,
};

use super::{Protection, asking::Unsent, mirror::Mirror, sent::Sent};
use crate::{
    cache::Inner,
    clock,
    store::bytes::{Absent, Answers, Operation, Store, StoreError},
    sync::plain::{AtomicBool, AtomicU64, Mutex, Ordering, lock},
};

/// A store and a prefix, with what this process knows of them. It lives as long as the program.
pub(crate) struct Space {
    pub(crate) cache: &'static Inner,
    pub(crate) store: StdArc<dyn Store>,
    /// The store that was asked for, in whose place one stands that refuses where nothing may leave the process.
    given: StdArc<dyn Store>,
    /// Whether those who use the store hide names by the same secret.
    pub(super) agreed: AtomicBool,
    /// Whether it was said that they do not.
    pub(super) disagreed: AtomicBool,
    /// Before every key: of the program, and of the named cache.
    pub(super) prefix: String,
    /// The keys that every read asks for: [`all`](Self::all) and [`sequence`](Self::sequence).
    pub(super) asked_always: [String; 2],
    /// The highest number this process has seen there.
    highest: AtomicU64,
    /// Invalidations that could not be sent.
    pub(super) unsent: Unsent,
    /// Invalidations that were.
    pub(super) sent: Sent,
    /// What other processes say.
    pub(super) mirror: Mirror,
    pub(super) this: Weak<Self>,
}

/// How a store is asked: futures that ask it blocking never wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// On the calling thread, which waits.
    Blocking,
    /// Without blocking the task.
    Async,
}

/// What can be given as the store of a function or a cache: a store, a shared pointer to one, or nothing but its kind.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store",
    label = "values cannot be kept here",
    note = "write `redis`, `memcached`, `file`, `null` or `shared`, or an expression of a type that implements `larder::store::Store`, such as `my::store()`"
)]
pub trait IntoStore {
    /// The store.
    fn into_store(self) -> StdArc<dyn Store>;
}

impl<S: Store> IntoStore for S {
    fn into_store(self) -> StdArc<dyn Store> {
        StdArc::new(self)
    }
}

impl<S: Store> IntoStore for StdArc<S> {
    fn into_store(self) -> StdArc<dyn Store> {
        self
    }
}

impl IntoStore for StdArc<dyn Store> {
    fn into_store(self) -> StdArc<dyn Store> {
        self
    }
}

impl Space {
    /// The space of a cache in a store. Functions of one cache that name the same store share one.
    pub(crate) fn of(cache: &'static Inner, given: StdArc<dyn Store>, prefix: &str) -> &'static Self {
        let mut full = String::new();
        for part in [prefix, cache.name] {
            if !part.is_empty() {
                super::names::escape(part, false, &mut full);
                full.push(':');
            }
        }
        let mut spaces = lock(&SPACES);
        let is_same = |space: &&&'static Self| {
            StdArc::ptr_eq(&space.given, &given) && std::ptr::eq(space.cache, cache) && space.prefix == full
        };
        if let Some(space) = spaces.iter().find(is_same) {
            return space;
        }
        let store: StdArc<dyn Store> = match cache.protection().refused() {
            Some(reason) => StdArc::new(Absent::new(given.name(), reason)),
            None => given.clone(),
        };
        let space = StdArc::new_cyclic(|this| Self {
            cache,
            agreed: AtomicBool::new(cache.protection().mark().is_none()),
            disagreed: AtomicBool::new(false),
            store,
            given,
            asked_always: super::names::asked_always(&full),
            prefix: full,
            highest: AtomicU64::new(0),
            unsent: Unsent::default(),
            sent: Sent::default(),
            mirror: Mirror::new(),
            this: this.clone(),
        });
        let space: &'static Self = Box::leak(Box::new(space));
        spaces.push(space);
        space
    }

    /// Those of a cache that were used so far.
    pub(crate) fn known(cache: &Inner) -> Vec<&'static Self> {
        lock(&SPACES).iter().filter(|space| std::ptr::eq(space.cache, cache)).copied().collect()
    }

    /// A number of the store.
    pub(super) fn saw(&self, number: u64) {
        if number > self.highest.load(Ordering::Relaxed) {
            self.highest.fetch_max(number, Ordering::Relaxed);
        }
    }

    /// The highest number this process has seen. A store that says less afterwards has lost what came in between.
    pub(super) fn highest(&self) -> u64 {
        self.highest.load(Ordering::Relaxed)
    }

    /// Where the sequence begins if it is missing: above everything this process has seen, and at the microseconds since 1970. Another process may have seen more before it was lost, but
    /// not more than these, unless there was an invalidation in each microsecond since, or this host's clock is behind the one that began the sequence.
    pub(super) fn first_number(&self) -> u64 {
        clock::wall_ms().saturating_mul(1_000).max(self.highest().saturating_add(1))
    }

    /// How what leaves the process is protected.
    pub(super) fn protection(&self) -> &'static Protection {
        self.cache.protection()
    }

    /// Asks the store on this thread.
    pub(crate) fn run(&self, batch: &[Operation]) -> Answers {
        if let Some(question) = self.question() {
            self.agree(self.store.run(&question))?;
        }
        self.noted(batch, self.store.run(batch))
    }

    /// Asks it without blocking the task.
    pub(crate) async fn run_async(&self, batch: &[Operation]) -> Answers {
        if let Some(question) = self.question() {
            self.agree(self.store.run_async(&question).await)?;
        }
        self.noted(batch, self.store.run_async(batch).await)
    }

    /// Asks it in one way or the other.
    pub(crate) async fn ask(&self, batch: &[Operation], way: Way) -> Answers {
        match way {
            Way::Blocking => self.run(batch),
            Way::Async => self.run_async(batch).await,
        }
    }

    /// An answer for each operation, or an error: a store that answers otherwise is as good as gone.
    fn noted(&self, batch: &[Operation], answers: Answers) -> Answers {
        answers.and_then(|answers| {
            let is_whole = answers.len() == batch.len();
            if is_whole { Ok(answers) } else { Err(StoreError::refused(self.store.name())) }
        })
    }
}

impl fmt::Debug for Space {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Space")
            .field("store", &self.store.name())
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

static SPACES: Mutex<Vec<&'static Space>> = Mutex::new(Vec::new());

/// No entry lives longer in a shared store: 30 days.
pub(crate) const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A record of a scope outlives the last entry that depends on it, the last invalidation, and the beginning of the last computation by this: an hour. Were it gone
/// sooner, entries would be invalid that are not, and nothing worse.
pub(crate) const MARGIN: Duration = Duration::from_secs(60 * 60);
