//! Named caches: functions that share their options, their tags and their users, apart from those of other caches.

mod builder;
mod defaults;
mod operations;

use std::{collections::BTreeMap, fmt};

pub use self::{
    builder::CacheBuilder,
    operations::{Blocking, blocking, root},
};
pub(crate) use self::{defaults::Defaults, operations::Target};
use crate::shared::Space;
use crate::{
    clock::{self, NEVER, Nanos},
    error::Error,
    function::Erased,
    maintenance::{self, Tended},
    registry,
    scope::{SEQUENCE, Strength, Table},
    site::Site,
    stats::{self, Stats},
    sync::{
        Arc, Ordering,
        plain::{AtomicBool, AtomicU64, Mutex, lock},
    },
};

/// A named cache: what the functions with `cache = "name"` have in common.
///
/// Functions that name none belong to the cache `"default"`. Caches are apart from each other: a tag or a user of one is nothing to another. Only nesting goes across: a
/// function that calls one of another cache depends on what that one depends on.
#[derive(Clone, Copy)]
pub struct Cache {
    inner: &'static Inner,
}

/// A cache; it lives as long as the program.
pub(crate) struct Inner {
    pub(crate) name: &'static str,
    pub(crate) tags: Table<String>,
    pub(crate) users: Table<String>,
    pub(crate) defaults: Mutex<Defaults>,
    is_built: AtomicBool,
    /// When unused tags and users are looked for next; [`NEVER`]: there is no appointment.
    tend_at: AtomicU64,
    this: std::sync::Weak<Self>,
}

/// The cache of this name.
///
/// # Errors
///
/// When no cache of this name was built and no function of the program names it; the message lists those there are.
pub fn cache(name: &str) -> Result<Cache, Error> {
    let is_named = name == DEFAULT || registry::sites().iter().any(|site| site.cache_name() == name);
    let known = lock(&CACHES).get(name).copied();
    match known {
        Some(inner) => Ok(Cache { inner }),
        None if is_named => Ok(Cache { inner: of(name) }),
        None => Err(Error::no_such_cache(name, names())),
    }
}

/// The cache of this name; it is made if need be.
pub(crate) fn of(name: &str) -> &'static Inner {
    let mut caches = lock(&CACHES);
    if let Some(inner) = caches.get(name) {
        return inner;
    }
    let name: &'static str = String::from(name).leak();
    let inner: &'static Arc<Inner> = Box::leak(Box::new(Arc::new_cyclic(|this| Inner {
        name,
        tags: Table::new(),
        users: Table::new(),
        defaults: Mutex::default(),
        is_built: AtomicBool::new(false),
        tend_at: AtomicU64::new(NEVER),
        this: this.clone(),
    })));
    caches.insert(name, inner);
    inner
}

/// Every cache that anything was computed in: one that only functions name, none of which was ever called, has nothing that could be invalidated.
fn all() -> Vec<&'static Inner> {
    // In a shared store, other processes may have computed something.
    for site in registry::shared() {
        of(site.cache_name());
    }
    lock(&CACHES).values().copied().collect()
}

/// Time begins anew, and may have gone back: appointments that were made before are as good as none.
pub(crate) fn start_over() {
    all().into_iter().for_each(|inner| inner.tend_at.store(NEVER, Ordering::SeqCst));
}

/// The names of all caches, also of those that only functions name.
fn names() -> Vec<&'static str> {
    for site in registry::sites() {
        of(site.cache_name());
    }
    of(DEFAULT);
    all().into_iter().map(|inner| inner.name).collect()
}

impl Cache {
    /// Begins a cache of this name.
    #[must_use = "a cache is there once it is built"]
    pub fn builder(name: impl Into<String>) -> CacheBuilder {
        CacheBuilder::new(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.inner.name
    }

    /// The statistics of its functions.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats { functions: self.inner.sites().into_iter().map(stats::of).collect() }
    }

    /// Changes the lifetime for functions that say none themselves, also for values already there.
    pub fn set_ttl(&self, ttl: Option<std::time::Duration>) {
        lock(&self.inner.defaults).ttl = ttl;
        self.inner.adopt();
    }

    /// Changes the bound of each function that says none itself; the surplus leaves before this returns.
    pub fn set_max_entries(&self, max_entries: Option<usize>) {
        lock(&self.inner.defaults).max_entries = max_entries;
        self.inner.adopt();
    }

    pub(crate) fn inner(&self) -> &'static Inner {
        self.inner
    }
}

impl Inner {
    /// What stands before the keys of its records in a shared store: of all caches of the program.
    pub(crate) fn prefix(&self) -> String {
        let own = lock(&self.defaults).prefix.clone();
        own.or_else(|| std::env::var("LARDER_PREFIX").ok()).unwrap_or_else(|| "larder".into())
    }

    /// The shared stores that its functions use, called or not, and its own.
    pub(crate) fn spaces(&'static self) -> Vec<&'static Space> {
        let own = registry::shared().filter(|site| site.cache_name() == self.name);
        let mut spaces: Vec<_> = own.filter_map(Site::space).collect();
        spaces.extend(self.space());
        spaces.sort_by_key(|space| std::ptr::from_ref(*space).addr());
        spaces.dedup_by(|one, other| std::ptr::eq(*one, *other));
        spaces
    }

    /// Whether there are any.
    pub(crate) fn has_spaces(&self) -> bool {
        registry::shared().any(|site| site.cache_name() == self.name) || lock(&self.defaults).store.is_some()
    }

    /// The store it was built with.
    pub(crate) fn space(&'static self) -> Option<&'static Space> {
        let store = lock(&self.defaults).store.clone()?;
        Some(Space::of(self, store.0, &self.prefix()))
    }

    /// Its functions.
    pub(crate) fn sites(&self) -> Vec<&'static Site> {
        let mut sites = registry::sites();
        sites.retain(|site| site.cache_name() == self.name);
        sites
    }

    fn functions(&self) -> impl Iterator<Item = &'static dyn Erased> {
        self.sites().into_iter().flat_map(Site::instances)
    }

    /// Has the functions that are there take over what changed.
    fn adopt(&self) {
        let defaults = lock(&self.defaults).clone();
        for site in self.sites() {
            // What the function was told itself comes first, and not only in the end: in between, entries would leave.
            let defaults = site.settings.over(&defaults);
            site.instances().for_each(|function| function.adopt(&defaults));
        }
    }

    /// Invalidates what is named: in constant time for a tag or a user, in the number of functions for everything.
    pub(crate) fn invalidate(&self, target: &Target, strength: Strength) {
        match target {
            Target::All => self.functions().for_each(|function| function.invalidate_all(strength)),
            Target::Tag(tag) => self.tags.invalidate(tag.as_str(), &SEQUENCE, strength),
            Target::User(user) => self.users.invalidate(user.as_str(), &SEQUENCE, strength),
        }
        self.tend_later();
    }

    /// Has unused tags and users looked for, as long as there are any.
    pub(crate) fn tend_later(&self) {
        let at = clock::now().saturating_add(PAUSE);
        if self.appoint(at) {
            maintenance::tend_at(at, self.this.clone());
        }
    }

    /// Makes an appointment, unless there is one. At the end of time there is no later.
    fn appoint(&self, at: Nanos) -> bool {
        // Mostly there is one, and looking writes nothing that others share.
        at != NEVER
            && self.tend_at.load(Ordering::SeqCst) == NEVER
            && self.tend_at.compare_exchange(NEVER, at, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

impl Tended for Inner {
    fn tend(&self, now: Nanos) -> Nanos {
        let appointed = self.tend_at.load(Ordering::SeqCst);
        // One that was forgotten when time began anew is as good as none. There is none at all after a panic of what leaves: this is the next try.
        let is_forgotten = appointed != NEVER && now < appointed;
        if is_forgotten
            || self.tend_at.compare_exchange(appointed, NEVER, Ordering::SeqCst, Ordering::SeqCst).is_err()
        {
            return NEVER;
        }
        // Invalid entries leave first: they are what refers to scopes.
        self.functions().for_each(Erased::sweep_invalid);
        self.tags.drop_unused();
        self.users.drop_unused();
        let busy = Space::known(self).into_iter().filter(|space| !space.drop_unused()).count();
        let at = now.saturating_add(PAUSE);
        let is_done = busy == 0 && self.tags.is_empty() && self.users.is_empty();
        if !is_done && self.appoint(at) { at } else { NEVER }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Cache").field(&self.name()).finish()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Inner").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The cache of functions that name none.
pub(crate) const DEFAULT: &str = "default";

static CACHES: Mutex<BTreeMap<&'static str, &'static Inner>> = Mutex::new(BTreeMap::new());

/// Between two looks for unused scopes: 5 s.
const PAUSE: Nanos = 5_000_000_000;
