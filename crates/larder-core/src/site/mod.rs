//! One `#[cached]` function of the program: what its attribute says, its counters, and the stores of its instances.
//!
//! A site is a constant static in generated code. A generic function has one store for each choice of its type parameters; they are made when first
//! used and live as long as the program.

mod instances;

use std::{any::type_name, fmt, marker::PhantomData, sync::Arc};

use self::instances::{InstanceId, Instances};

use crate::{
    cache,
    config::Config,
    function::{Erased, Function, OwnedKeys},
    preload::Source,
    settings::Settings,
    stats::{Counters, Durations},
    store::memory::Counts,
    sync::plain::{Mutex, OnceLock, lock},
};
use crate::{
    shared::Space,
    store::bytes::{Absent, Store},
};

/// What the attribute knows of its function.
///
/// Not public API. Used by generated code.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// Module path and name, or what `name = ".."` says.
    pub name: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the attribute.
    pub line: u32,
    /// The options as written.
    pub options: &'static str,
    /// Whether the function is async.
    pub is_async: bool,
    /// Whether a bound or a lifetime was given.
    pub bounded: bool,
}

/// One cached function.
///
/// Not public API. Used by generated code.
pub struct Site {
    pub(crate) meta: Meta,
    pub(crate) counters: Counters,
    pub(crate) durations: Durations,
    cache: &'static str,
    /// What makes the calls of its provider.
    pub(crate) preload: Option<fn() -> Box<dyn Source>>,
    /// The name with the type, known when a method is first called.
    name: OnceLock<&'static str>,
    instances: Instances,
    pub(crate) settings: Settings,
    /// What had happened to entries at the last reset of the statistics.
    base: Mutex<Counts>,
    /// What gives its shared store, and the space it has there.
    store: Option<StoreSource>,
    space: OnceLock<&'static Space>,
}

/// What gives the shared store of a function.
///
/// Not public API. Used by generated code.
#[derive(Clone, Copy, Debug)]
pub enum StoreSource {
    /// The store its cache was built with, or else this one.
    OfCache(fn() -> Arc<dyn Store>),
    /// The store its cache was built with, or else this one, which does nothing but say that there is none.
    OnlyOfCache(fn() -> Arc<dyn Store>),
    /// This one.
    Own(fn() -> Arc<dyn Store>),
}

/// Which instance of a function is meant.
///
/// Not public API. Used by generated code.
pub trait Marker {
    /// The function's full name, where the attribute could not know it.
    fn name(known: &'static str) -> Option<String>;
}

/// A free function with these type parameters.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Free<T: ?Sized>(PhantomData<T>);

/// A function in an `impl` of `S`, with these type parameters.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Method<S: ?Sized, T: ?Sized>(PhantomData<S>, PhantomData<T>);

/// A function that contains a closure of type `F`, and so has its type parameters.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Inside<F>(PhantomData<F>);

impl<T: ?Sized> Marker for Free<T> {
    fn name(_: &'static str) -> Option<String> {
        None
    }
}

impl<S: ?Sized, T: ?Sized> Marker for Method<S, T> {
    fn name(known: &'static str) -> Option<String> {
        with_owner(known, type_name::<S>())
    }
}

impl<F> Marker for Inside<F> {
    fn name(known: &'static str) -> Option<String> {
        with_path(known, type_name::<F>())
    }
}

impl Site {
    /// A site that nothing was called on yet.
    #[must_use]
    pub const fn new(meta: Meta) -> Self {
        Self {
            meta,
            counters: Counters::new(),
            durations: Durations::new(),
            cache: cache::DEFAULT,
            preload: None,
            name: OnceLock::new(),
            instances: Instances::new(),
            settings: Settings::new(),
            base: Mutex::new(Counts::NONE),
            store: None,
            space: OnceLock::new(),
        }
    }

    /// The same in a named cache.
    #[must_use]
    pub const fn in_cache(mut self, cache: &'static str) -> Self {
        self.cache = cache;
        self
    }

    /// The same with values in a shared store.
    #[must_use]
    pub const fn in_store(mut self, store: StoreSource) -> Self {
        self.store = Some(store);
        self
    }

    /// Whether its values live in a shared store.
    pub(crate) fn is_shared(&self) -> bool {
        self.store.is_some()
    }

    /// Where its values live in a shared store, if they do. From then on it is that.
    pub(crate) fn space(&'static self) -> Option<&'static Space> {
        let store = self.store?;
        // Not inside the initialiser alone: the store is an expression of the user's, which may call cached functions.
        if let Some(space) = self.space.get() {
            return Some(space);
        }
        let space = self.space_by(store);
        Some(self.space.get_or_init(|| space))
    }

    /// Where an invalidation of its values has to go. Before the first call nothing is decided by that: its cache may yet be built.
    pub(crate) fn space_to_tell(&'static self) -> Option<&'static Space> {
        match (self.space.get(), self.store?) {
            (Some(space), _) => Some(space),
            (None, StoreSource::OnlyOfCache(_)) => cache::of(self.cache).space(),
            (None, store @ StoreSource::OfCache(_)) => Some(self.space_by(store)),
            (None, StoreSource::Own(_)) => self.space(),
        }
    }

    fn space_by(&'static self, store: StoreSource) -> &'static Space {
        let cache = cache::of(self.cache);
        match (store, cache.space()) {
            (StoreSource::OfCache(_) | StoreSource::OnlyOfCache(_), Some(space)) => space,
            (StoreSource::OfCache(store) | StoreSource::OnlyOfCache(store) | StoreSource::Own(store), _) => {
                match cache.prefix() {
                    Ok(prefix) => Space::of(cache, store(), &prefix),
                    // Whatever is asked of it, it says so.
                    Err(error) => {
                        static ABSENT: OnceLock<Arc<dyn Store>> = OnceLock::new();
                        let absent =
                            ABSENT.get_or_init(|| Arc::new(Absent::new("shared", error.to_string())));
                        Space::of(cache, absent.clone(), "larder")
                    }
                }
            }
        }
    }

    /// The same with a provider of calls.
    #[must_use]
    pub const fn preload(mut self, preload: fn() -> Box<dyn Source>) -> Self {
        self.preload = Some(preload);
        self
    }

    /// The cache it belongs to.
    pub(crate) fn cache_name(&self) -> &'static str {
        self.cache
    }

    pub(crate) fn base(&self) -> Counts {
        *lock(&self.base)
    }

    pub(crate) fn set_base(&self, base: Counts) {
        *lock(&self.base) = base;
    }

    /// Module path and name; for methods the type's name too, once one was called.
    pub(crate) fn name(&self) -> &'static str {
        self.name.get().copied().unwrap_or(self.meta.name)
    }

    /// What stands for the function in the names of its records: the entries of a cache are no function's.
    pub(crate) fn record_name(&self) -> &'static str {
        if self.meta.line == ENTRIES { "" } else { self.name() }
    }

    /// The instance for these types. Cost: a comparison for each instance made before it.
    #[inline(always)]
    pub(crate) fn function<M, K, V>(
        &'static self,
        config: impl FnOnce() -> Config<V>,
        keys: &'static OwnedKeys<K>,
    ) -> &'static Function<K, V>
    where
        M: Marker,
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        let id = InstanceId::<K, V>::of::<M>();
        match self.instances.get(id) {
            Some(function) => function,
            None => self.instantiate::<M, K, V>(id, config, keys),
        }
    }

    /// Every instance made so far.
    pub(crate) fn instances(&self) -> impl Iterator<Item = &'static dyn Erased> {
        self.instances.iter()
    }

    #[cold]
    fn instantiate<M, K, V>(
        &'static self,
        id: InstanceId<K, V>,
        config: impl FnOnce() -> Config<V>,
        keys: &'static OwnedKeys<K>,
    ) -> &'static Function<K, V>
    where
        M: Marker,
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        if let Some(name) = M::name(self.meta.name) {
            self.name.get_or_init(|| Box::leak(name.into_boxed_str()));
        }
        // Outside of any lock: the options are expressions of the user's.
        let function = Function::new(self, keys, config());
        self.settings.apply(&*function);
        self.instances.get_or_insert(id, Box::leak(Box::new(function)))
    }
}

/// The line of the site of a cache's entries: no attribute stands there.
pub(crate) const ENTRIES: u32 = 0;

impl fmt::Debug for Site {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Site").field("meta", &self.meta).finish_non_exhaustive()
    }
}

/// `a::b::get` of the type `a::b::Users<u8>` is `a::b::Users<u8>::get`; of a type from elsewhere `a::b::<c::Users>::get`.
fn with_owner(known: &str, owner: &str) -> Option<String> {
    let (module, function) = known.rsplit_once("::")?;
    Some(if owner.strip_prefix(module).is_some_and(|rest| rest.starts_with("::")) {
        format!("{owner}::{function}")
    } else {
        format!("{module}::<{owner}>::{function}")
    })
}

/// The path of the function that a closure is in, if it is this function: `<a::Users as a::Named>::get` for `a::get`.
fn with_path(known: &str, closure: &str) -> Option<String> {
    let (_, function) = known.rsplit_once("::")?;
    let path = closure.split_once("::{{closure}}").map_or(closure, |(path, _)| path);
    path.rsplit_once("::").is_some_and(|(_, last)| last == function).then(|| path.to_string())
}

#[cfg(test)]
mod tests {
    use super::{with_owner, with_path};

    #[test]
    fn a_method_is_named_with_its_type() {
        let name = |known, owner| with_owner(known, owner).unwrap_or_default();
        assert_eq!(name("a::b::get", "a::b::Users<u8>"), "a::b::Users<u8>::get");
        assert_eq!(name("a::b::get", "c::Users"), "a::b::<c::Users>::get");
        assert_eq!(name("a::b::get", "a::bc::Users"), "a::b::<a::bc::Users>::get");
        assert_eq!(with_owner("mine", "a::Users"), None);
    }

    #[test]
    fn a_trait_method_is_named_as_the_compiler_does() {
        let path = "<a::Users as a::Named>::get";
        assert_eq!(with_path("a::get", &format!("{path}::{{{{closure}}}}")).as_deref(), Some(path));
        assert_eq!(with_path("a::get", "a::other::{{closure}}"), None);
        assert_eq!(with_path("mine", "a::mine::{{closure}}"), None);
    }
}
