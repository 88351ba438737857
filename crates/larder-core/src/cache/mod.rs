//! Named caches: functions that share their options, their tags and their users, apart from those of other caches.

mod builder;
mod defaults;
mod operations;
mod prefix;

use std::{collections::BTreeMap, fmt, marker::PhantomData};

pub use self::{
    builder::CacheBuilder,
    operations::{Blocking, blocking, root},
};
pub(crate) use self::{defaults::Defaults, operations::Target, prefix::check_environment};
use crate::shared::{Protection, Space};
use crate::{
    clock::{self, NEVER, Nanos},
    entry::{Entries, GivenSerializer, Memory, Named, Place, Shared},
    error::Error,
    function::Erased,
    maintenance::{self, Tended},
    registry,
    scope::{SEQUENCE, Strength, Table},
    site::Site,
    stats::{self, Stats},
    sync::{
        Arc, Ordering,
        plain::{AtomicBool, AtomicU64, Mutex, OnceLock, lock},
    },
};

/// A named cache: what the functions with `cache = "name"` have in common.
///
/// Functions that name none belong to the cache `"default"`. Caches are apart from each other: a tag or a user of one is nothing to another. Only nesting goes across: a
/// function that calls one of another cache depends on what that one depends on.
///
/// A cache also has entries of its own, under keys of the program's choice: see [`get`](Cache::get), [`insert`](Cache::insert), [`get_or_load`](Cache::get_or_load) and
/// those beside them. `P` says where they live, and so what they may be: in [`Memory`] any type that is `Clone`, in a [`Shared`] store what its serializer writes.
///
/// ```
/// # pollster::block_on(async {
/// use larder_core::Cache;
///
/// let prices = Cache::builder("prices").max_entries(10_000).build()?;
/// prices.insert("apple", 30_u32).await?;
/// assert_eq!(prices.get("apple").await?, Some(30_u32));
/// assert_eq!(prices.get_or_load("pear", async { 40_u32 }).await, 40);
/// # Ok::<(), larder_core::Error>(()) }).unwrap();
/// ```
pub struct Cache<P = Memory> {
    inner: &'static Inner,
    place: PhantomData<fn() -> P>,
}

/// A cache; it lives as long as the program.
pub(crate) struct Inner {
    pub(crate) name: &'static str,
    pub(crate) tags: Table<String>,
    pub(crate) users: Table<String>,
    pub(crate) defaults: Mutex<Defaults>,
    /// What it does to everything that leaves the process; decided when it is built with it, or else when a store is first used.
    protection: OnceLock<Protection>,
    is_built: AtomicBool,
    /// Held while it is built, and while its entries begin: what they are is decided once.
    beginning: Mutex<()>,
    /// Its entries, once any of them was asked for.
    entries: OnceLock<&'static Entries>,
    /// When unused tags and users are looked for next; [`NEVER`]: there is no appointment.
    tend_at: AtomicU64,
    this: std::sync::Weak<Self>,
}

/// The cache of this name.
///
/// # Errors
///
/// When no cache of this name was built and no function of the program names it; the message lists those there are.
///
/// ```
/// use larder_core::Cache;
///
/// Cache::builder("people").build()?;
/// let people = larder_core::cache("people")?;
/// people.blocking().invalidate_user(7)?;
/// people.in_memory()?.blocking().insert("ann", 7_u32)?;
/// # Ok::<(), larder_core::Error>(())
/// ```
pub fn cache(name: &str) -> Result<Cache<Named>, Error> {
    let is_named = name == DEFAULT || registry::sites().iter().any(|site| site.cache_name() == name);
    let known = lock(&CACHES).get(name).copied();
    match known {
        Some(inner) => Ok(Cache::of(inner)),
        None if is_named => Ok(Cache::of(of(name))),
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
        protection: OnceLock::new(),
        is_built: AtomicBool::new(false),
        beginning: Mutex::new(()),
        entries: OnceLock::new(),
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

/// Forgets every number that was counted in memory, for tests.
pub(crate) fn forget_numbers() {
    let used = all().into_iter().filter_map(|inner| inner.entries.get());
    used.for_each(|entries| entries.numbers.clear());
}

impl Cache {
    /// Begins a cache of this name.
    #[must_use = "a cache is there once it is built"]
    pub fn builder(name: impl Into<String>) -> CacheBuilder {
        CacheBuilder::new(name.into())
    }
}

impl Cache<Named> {
    /// The same cache, with entries in memory.
    ///
    /// # Errors
    ///
    /// When it was built with a store: its entries live there.
    ///
    /// ```
    /// use larder_core::Cache;
    ///
    /// Cache::builder("towns").build()?;
    /// let towns = larder_core::cache("towns")?.in_memory()?.blocking();
    /// towns.insert("Ulm", 126_000_u32)?;
    /// # Ok::<(), larder_core::Error>(())
    /// ```
    pub fn in_memory(&self) -> Result<Cache, Error> {
        if lock(&self.inner.defaults).store.is_some() {
            return Err(Error::entries_elsewhere(self.name(), true));
        }
        // From now on they are: a store that comes later would be another place for them.
        self.inner.entries();
        Ok(Cache::of(self.inner))
    }

    /// The same cache, with entries in the store that it was built with, by the serializer that it was built with.
    ///
    /// # Errors
    ///
    /// When it was built without a store, or with another serializer.
    ///
    /// ```
    /// use larder_core::{Cache, Shared, testing::MemoryStore};
    ///
    /// Cache::builder("rivers").store(MemoryStore::new()).build()?;
    /// let rivers: Cache<Shared> = larder_core::cache("rivers")?.in_store()?;
    /// assert!(larder_core::cache("rivers")?.in_memory().is_err());
    /// # Ok::<(), larder_core::Error>(())
    /// ```
    pub fn in_store<S: 'static>(&self) -> Result<Cache<Shared<S>>, Error> {
        match self.inner.serializer() {
            None => Err(Error::entries_elsewhere(self.name(), false)),
            Some(given) if given.is::<S>() => Ok(Cache::of(self.inner)),
            Some(_) => Err(Error::other_serializer(self.name(), std::any::type_name::<S>())),
        }
    }
}

impl<P: Place> Cache<P> {
    fn of(inner: &'static Inner) -> Self {
        Self { inner, place: PhantomData }
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
    ///
    /// # Errors
    ///
    /// When the environment says something that cannot be one.
    pub(crate) fn prefix(&self) -> Result<String, Error> {
        let own = lock(&self.defaults).prefix.clone();
        own.map_or_else(prefix::of_environment, Ok)
    }

    /// Its entries.
    pub(crate) fn entries(&'static self) -> &'static Entries {
        if let Some(entries) = self.entries.get() {
            return entries;
        }
        let _beginning = lock(&self.beginning);
        self.entries.get_or_init(|| Entries::new(self))
    }

    /// How long its entries live.
    pub(crate) fn ttl(&self) -> Option<std::time::Duration> {
        lock(&self.defaults).ttl
    }

    /// What its entries become bytes by, if they live in a store.
    pub(crate) fn serializer(&self) -> Option<GivenSerializer> {
        lock(&self.defaults).serializer.clone()
    }

    /// What it does to everything that leaves the process. From now on it is that.
    pub(crate) fn protection(&self) -> &Protection {
        self.protection.get_or_init(Protection::of_environment)
    }

    /// The shared stores that its functions use, called or not, and its own.
    pub(crate) fn spaces(&'static self) -> Vec<&'static Space> {
        let own = registry::shared().filter(|site| site.cache_name() == self.name);
        let mut spaces: Vec<_> = own.filter_map(Site::space_to_tell).collect();
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
        // It was checked when the cache was built.
        let prefix = self.prefix().unwrap_or_else(|_| prefix::DEFAULT.into());
        Some(Space::of(self, store.0, &prefix))
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

impl<P> Clone for Cache<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Cache<P> {}

impl<P: Place> fmt::Debug for Cache<P> {
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
