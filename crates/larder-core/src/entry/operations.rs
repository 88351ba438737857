//! The operations of a cache on its entries: async on [`Cache`], the same names blocking on [`Blocking`], and those that store also with options.

use std::{future::Future, pin::pin, time::Duration};

use super::{Entries, EntryOptions, Keeps, Memory, Place, key::EntryKey, load::Begun, number::Change};
use crate::{
    cache::{Blocking, Cache},
    error::Error,
    key::CacheKey,
    park,
    shared::Way,
};

/// A cache, and what the entries have that are stored through it: [`Cache::with`].
#[derive(Debug)]
#[must_use = "nothing is stored yet"]
pub struct CacheWith<P: Place = Memory> {
    cache: Cache<P>,
    options: EntryOptions,
}

/// The same with operations that block: [`Blocking::with`].
#[derive(Debug)]
#[must_use = "nothing is stored yet"]
pub struct BlockingWith<P: Place = Memory> {
    cache: Cache<P>,
    options: EntryOptions,
}

/// What the operations are called on.
trait Side {
    fn entries(&self) -> &'static Entries;
    fn options(&self) -> EntryOptions;
    /// How long a number lives that says nothing else.
    fn lifetime(&self) -> Option<Duration>;
}

macro_rules! side {
    ($($name:ident |$this:ident| $cache:expr, $options:expr;)*) => {$(
        impl<P: Place> Side for $name<P> {
            fn entries(&self) -> &'static Entries {
                let $this = self;
                $cache.inner().entries()
            }

            fn options(&self) -> EntryOptions {
                let $this = self;
                let _ = $this;
                $options
            }

            fn lifetime(&self) -> Option<Duration> {
                let $this = self;
                self.options().ttl.or_else(|| $cache.inner().ttl())
            }
        }
    )*};
}

side! {
    Cache |this| this, EntryOptions::new();
    Blocking |this| this.cache(), EntryOptions::new();
    CacheWith |this| this.cache, this.options.clone();
    BlockingWith |this| this.cache, this.options.clone();
}

/// Ends a future: `end!([async] ..)` by waiting for it, `end!([] ..)` on this thread, where it never has to wait.
macro_rules! end {
    ([async] $future:expr) => {
        $future.await
    };
    ([] $future:expr) => {
        park::block_on(pin!($future))
    };
}

/// How the store is asked.
macro_rules! way {
    ([async]) => {
        Way::Async
    };
    ([]) => {
        Way::Blocking
    };
}

/// An example over a cache of this name, with `.await` behind each operation or without.
macro_rules! example {
    ([async] $name:literal $($line:expr),* $(,)?) => {
        concat!("\n```\n# pollster::block_on(async {\nuse larder_core::Cache;\n\nlet cache = Cache::builder(\"", $name, " async\").build()?;\n", $($line, "\n",)*
            "# Ok::<(), larder_core::Error>(()) }).unwrap();\n```")
    };
    ([] $name:literal $($line:expr),* $(,)?) => {
        concat!("\n```\nuse larder_core::Cache;\n\nlet cache = Cache::builder(\"", $name, "\").build()?.blocking();\n", $($line, "\n",)*
            "# Ok::<(), larder_core::Error>(())\n```")
    };
}

/// What is there whatever is to be stored. `$w` is what stands behind an operation in an example.
macro_rules! reading {
    ([$($kind:ident)?] $w:literal) => {
        /// The value of a key, if there is a valid one of this type. A value of another type is none. It counts as a hit or a miss.
        ///
        /// Inside a cached function its value depends on the entry: when that is removed or stored anew, it is invalid. It depends on there being none, too; over a store, what was computed from there being none is not stored.
        ///
        /// Cost in memory: the text of the key in a string of its own, no lock, and a clone of the value. In a store: one round trip.
        ///
        /// # Errors
        ///
        /// None in memory. When the store does not answer.
        #[doc = example!([$($kind)?] "get"
            "assert_eq!(cache.get::<u32>(\"a\")", $w, "?, None);\n",
            "cache.insert(\"a\", 1_u32)", $w, "?;\n",
            "assert_eq!(cache.get::<u32>(\"a\")", $w, "?, Some(1));\n",
            "assert_eq!(cache.get::<String>(\"a\")", $w, "?, None);")]
        pub $($kind)? fn get<T>(&self, key: impl CacheKey) -> Result<Option<T>, Error>
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            let keys = [EntryKey::of(&key)];
            let found = end!([$($kind)?] self.entries().get::<T, P>(&keys, way!([$($kind)?])))?;
            Ok(found.into_iter().next().flatten())
        }

        /// The values of several keys, in their order. Cost in a store: one round trip, however many there are, and one more where they have unknown tags.
        ///
        /// # Errors
        ///
        /// As [`get`](Self::get).
        #[doc = example!([$($kind)?] "get_many"
            "cache.insert_many([(\"a\", 1), (\"b\", 2)])", $w, "?;\n",
            "assert_eq!(cache.get_many::<i32>([\"a\", \"b\", \"c\"])", $w, "?, [Some(1), Some(2), None]);")]
        pub $($kind)? fn get_many<T>(
            &self,
            keys: impl IntoIterator<Item = impl CacheKey>,
        ) -> Result<Vec<Option<T>>, Error>
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            let keys: Vec<_> = keys.into_iter().map(|key| EntryKey::of(&key)).collect();
            end!([$($kind)?] self.entries().get::<T, P>(&keys, way!([$($kind)?])))
        }

        /// Whether a key has a valid value, of whatever type. It counts as nothing. Cost: as [`get`](Self::get).
        ///
        /// # Errors
        ///
        /// As [`get`](Self::get).
        #[doc = example!([$($kind)?] "contains"
            "assert!(!cache.contains(\"a\")", $w, "?);\n",
            "cache.insert(\"a\", 1_u32)", $w, "?;\n",
            "assert!(cache.contains(\"a\")", $w, "?);")]
        pub $($kind)? fn contains(&self, key: impl CacheKey) -> Result<bool, Error> {
            let key = EntryKey::of(&key);
            Ok(end!([$($kind)?] self.entries().remaining(&key, way!([$($kind)?])))?.is_some())
        }

        /// How long the value of a key lives from now on, if there is a valid one: [`Duration::MAX`] where nothing ends it but invalidation and eviction. In a store no value lives longer
        /// than 30 days. `idle` is left out.
        ///
        /// # Errors
        ///
        /// As [`get`](Self::get).
        #[doc = example!([$($kind)?] "ttl"
            "assert_eq!(cache.ttl(\"a\")", $w, "?, None);\n",
            "cache.insert(\"a\", 1_u32)", $w, "?;\n",
            "assert_eq!(cache.ttl(\"a\")", $w, "?, Some(std::time::Duration::MAX));")]
        pub $($kind)? fn ttl(&self, key: impl CacheKey) -> Result<Option<Duration>, Error> {
            let key = EntryKey::of(&key);
            end!([$($kind)?] self.entries().remaining(&key, way!([$($kind)?])))
        }

        /// Removes the value of a key, of whatever type; says whether there was one. After it returns, nobody gets a value that was loaded for the key before. A
        /// [number](Self::number) stays.
        ///
        /// # Errors
        ///
        /// None in memory. When the store does not answer: it is told as soon as it does, and this process keeps to it meanwhile.
        #[doc = example!([$($kind)?] "remove"
            "cache.insert(\"a\", 1_u32)", $w, "?;\n",
            "assert!(cache.remove(\"a\")", $w, "?);\n",
            "assert!(!cache.remove(\"a\")", $w, "?);")]
        pub $($kind)? fn remove(&self, key: impl CacheKey) -> Result<bool, Error> {
            let keys = vec![EntryKey::of(&key)];
            Ok(end!([$($kind)?] self.entries().remove(keys, way!([$($kind)?])))? > 0)
        }

        /// Removes the values of several keys; says how many there were. Cost in a store: as one [`remove`](Self::remove), two round trips and a message, however many there are.
        ///
        /// # Errors
        ///
        /// As [`remove`](Self::remove).
        #[doc = example!([$($kind)?] "remove_many"
            "cache.insert_many([(\"a\", 1), (\"b\", 2)])", $w, "?;\n",
            "assert_eq!(cache.remove_many([\"a\", \"b\", \"c\"])", $w, "?, 2);")]
        pub $($kind)? fn remove_many(
            &self,
            keys: impl IntoIterator<Item = impl CacheKey>,
        ) -> Result<usize, Error> {
            let keys = keys.into_iter().map(|key| EntryKey::of(&key)).collect();
            end!([$($kind)?] self.entries().remove(keys, way!([$($kind)?])))
        }

        /// Removes every entry and every [number](Self::number) of this cache, and nothing of its functions. What is stored is invalid at once; a store that lists its keys is then rid of
        /// them, which takes time in the number of *its* keys. In one that cannot, numbers stay.
        ///
        /// # Errors
        ///
        /// As [`remove`](Self::remove).
        #[doc = example!([$($kind)?] "clear"
            "cache.insert_many([(\"a\", 1), (\"b\", 2)])", $w, "?;\n",
            "cache.clear()", $w, "?;\n",
            "assert!(!cache.contains(\"a\")", $w, "?);")]
        pub $($kind)? fn clear(&self) -> Result<(), Error> {
            end!([$($kind)?] self.entries().clear(way!([$($kind)?])))
        }

        /// What was counted under a key: `None` if nothing was, or its time is over. A number and a value of one key are two things.
        ///
        /// # Errors
        ///
        /// As [`get`](Self::get).
        #[doc = example!([$($kind)?] "number"
            "assert_eq!(cache.number(\"visits\")", $w, "?, None);\n",
            "cache.increment(\"visits\", 1)", $w, "?;\n",
            "assert_eq!(cache.number(\"visits\")", $w, "?, Some(1));")]
        pub $($kind)? fn number(&self, key: impl CacheKey) -> Result<Option<u64>, Error> {
            let key = EntryKey::of(&key);
            end!([$($kind)?] self.entries().number(&key, way!([$($kind)?])))
        }

        /// Ends what was counted under a key; says whether there was a number.
        ///
        /// # Errors
        ///
        /// As [`get`](Self::get).
        #[doc = example!([$($kind)?] "remove_number"
            "cache.increment(\"visits\", 1)", $w, "?;\n",
            "assert!(cache.remove_number(\"visits\")", $w, "?);\n",
            "assert_eq!(cache.number(\"visits\")", $w, "?, None);")]
        pub $($kind)? fn remove_number(&self, key: impl CacheKey) -> Result<bool, Error> {
            let key = EntryKey::of(&key);
            end!([$($kind)?] self.entries().remove_number(&key, way!([$($kind)?])))
        }
    };
}

/// What stores something.
macro_rules! writing {
    ([$($kind:ident)?] $w:literal) => {
        /// Stores a value under a key, in place of whatever is there, of whatever type. What is loaded for the key now will not replace it, and what cached functions computed from what
        /// was there is invalid.
        ///
        /// Cost in memory: one shard's lock. In a store: two round trips and a message. Inside [`defer_invalidations`](crate::defer_invalidations) it happens in memory when that
        /// succeeds; in a store, the old value is removed then, and the new one not stored.
        ///
        /// # Errors
        ///
        /// None in memory. When the store does not answer: then the value may be stored or not, and what was there ends as soon as the store answers, in this process at once. When the
        /// serializer cannot write the value: then nothing was done.
        #[doc = example!([$($kind)?] "insert"
            "cache.insert(\"a\", 1_u32)", $w, "?;\n",
            "cache.insert(\"a\", \"one\".to_owned())", $w, "?;\n",
            "assert_eq!(cache.get::<String>(\"a\")", $w, "?.as_deref(), Some(\"one\"));\n",
            "assert_eq!(cache.get::<u32>(\"a\")", $w, "?, None);")]
        pub $($kind)? fn insert<T>(&self, key: impl CacheKey, value: T) -> Result<(), Error>
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            let (values, options) = (vec![(EntryKey::of(&key), value)], self.options());
            end!([$($kind)?] self.entries().insert::<T, P>(values, &options, way!([$($kind)?])))
        }

        /// Stores several values, each as [`insert`](Self::insert) does. Cost in a store: as one `insert`, however many there are.
        ///
        /// # Errors
        ///
        /// As [`insert`](Self::insert); then some of them may be stored.
        #[doc = example!([$($kind)?] "insert_many"
            "cache.insert_many([(\"a\", 1), (\"b\", 2)])", $w, "?;\n",
            "assert_eq!(cache.get::<i32>(\"b\")", $w, "?, Some(2));")]
        pub $($kind)? fn insert_many<T>(
            &self,
            entries: impl IntoIterator<Item = (impl CacheKey, T)>,
        ) -> Result<(), Error>
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            let values = entries.into_iter().map(|(key, value)| (EntryKey::of(&key), value)).collect();
            let options = self.options();
            end!([$($kind)?] self.entries().insert::<T, P>(values, &options, way!([$($kind)?])))
        }

        /// Stores a value if the key has no valid one of its type; says whether it did. Of several callers at once, also in several processes, one stores.
        ///
        /// # Errors
        ///
        /// As [`insert`](Self::insert).
        #[doc = example!([$($kind)?] "insert_if_absent"
            "assert!(cache.insert_if_absent(\"a\", 1)", $w, "?);\n",
            "assert!(!cache.insert_if_absent(\"a\", 2)", $w, "?);\n",
            "assert_eq!(cache.get::<i32>(\"a\")", $w, "?, Some(1));")]
        pub $($kind)? fn insert_if_absent<T>(&self, key: impl CacheKey, value: T) -> Result<bool, Error>
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            let (key, options) = (EntryKey::of(&key), self.options());
            let entries = self.entries();
            end!([$($kind)?] entries.insert_if_absent::<T, P>(key, value, &options, way!([$($kind)?])))
        }

        /// Adds to the [number](Cache::number) of a key, which begins at 0, and gives the sum. No count is lost, of threads or of processes that share the store. It stops at
        /// [`u64::MAX`], or where the store cannot count further (never below 2^53).
        ///
        /// The number lives as long as the options or else the cache say, from each count on. Neither bounds nor invalidations reach it, tags and user do not hold for it, and it counts also while caching is
        /// switched off.
        ///
        /// # Errors
        ///
        /// None in memory. When the store does not answer; then it may have counted or not.
        #[doc = example!([$($kind)?] "increment"
            "assert_eq!(cache.increment(\"visits\", 2)", $w, "?, 2);\n",
            "assert_eq!(cache.increment(\"visits\", 1)", $w, "?, 3);")]
        pub $($kind)? fn increment(&self, key: impl CacheKey, by: u64) -> Result<u64, Error> {
            let (key, ttl) = (EntryKey::of(&key), self.lifetime());
            end!([$($kind)?] self.entries().count(&key, Change::Up(by), ttl, way!([$($kind)?])))
        }

        /// Takes from the [number](Cache::number) of a key, as [`increment`](Self::increment) adds to it. It stops at 0.
        ///
        /// # Errors
        ///
        /// As [`increment`](Self::increment).
        #[doc = example!([$($kind)?] "decrement"
            "cache.increment(\"seats\", 3)", $w, "?;\n",
            "assert_eq!(cache.decrement(\"seats\", 1)", $w, "?, 2);\n",
            "assert_eq!(cache.decrement(\"seats\", 5)", $w, "?, 0);")]
        pub $($kind)? fn decrement(&self, key: impl CacheKey, by: u64) -> Result<u64, Error> {
            let (key, ttl) = (EntryKey::of(&key), self.lifetime());
            end!([$($kind)?] self.entries().count(&key, Change::Down(by), ttl, way!([$($kind)?])))
        }
    };
}

/// What loads values: as futures, or on this thread.
macro_rules! loading {
    ([async]) => {
        /// The value of a key; if there is none, what `load` gives, which is stored. Of all callers of one key and type at once, in this process, one loads, and the others wait for it, as
        /// callers of a cached function do.
        ///
        /// It never fails: when the store does not answer, that counts as a miss, and the value is not stored. An invalidation or a [`remove`](Cache::remove) while `load` runs has its value given to those
        /// who came before it, and not stored.
        #[doc = example!([async] "get_or_load"
            "assert_eq!(cache.get_or_load(\"a\", async { 1 }).await, 1);\n",
            "assert_eq!(cache.get_or_load(\"a\", async { 2 }).await, 1);")]
        pub async fn get_or_load<T>(&self, key: impl CacheKey, load: impl Future<Output = T>) -> T
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            let loaded = async { Ok::<T, std::convert::Infallible>(load.await) };
            match self.try_get_or_load(key, loaded).await {
                Ok(value) => value,
                Err(never) => match never {},
            }
        }

        /// The same for a `load` that may fail. An error is given to the caller whose load it was, and not stored; those who waited load for themselves, all at once.
        ///
        /// # Errors
        ///
        /// What `load` says.
        #[doc = example!([async] "try_get_or_load"
            "let failed: Result<u32, &str> = cache.try_get_or_load(\"a\", async { Err(\"no\") }).await;\n",
            "assert_eq!(failed, Err(\"no\"));\n",
            "let loaded: Result<u32, &str> = cache.try_get_or_load(\"a\", async { Ok(1) }).await;\n",
            "assert_eq!(loaded, Ok(1));")]
        pub async fn try_get_or_load<T, E>(
            &self,
            key: impl CacheKey,
            load: impl Future<Output = Result<T, E>>,
        ) -> Result<T, E>
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            match self.entries().begin::<T, P>(EntryKey::of(&key), self.options()) {
                Begun::Hit(value) => Ok(value),
                Begun::Load(begun) => begun.run_async(load).await,
                Begun::Disabled => load.await,
            }
        }
    };
    ([]) => {
        /// The value of a key; if there is none, what `load` gives, which is stored. Of all callers of one key and type at once, in this process, one loads, and the others wait for it, as
        /// callers of a cached function do.
        ///
        /// It never fails: when the store does not answer, that counts as a miss, and the value is not stored. An invalidation or a [`remove`](Blocking::remove) while `load` runs has its value given to
        /// those who came before it, and not stored.
        #[doc = example!([] "get_or_load"
            "assert_eq!(cache.get_or_load(\"a\", || 1), 1);\n",
            "assert_eq!(cache.get_or_load(\"a\", || 2), 1);")]
        pub fn get_or_load<T>(&self, key: impl CacheKey, load: impl FnOnce() -> T) -> T
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            match self.try_get_or_load(key, || Ok::<T, std::convert::Infallible>(load())) {
                Ok(value) => value,
                Err(never) => match never {},
            }
        }

        /// The same for a `load` that may fail. An error is given to the caller whose load it was, and not stored; those who waited load for themselves, all at once.
        ///
        /// # Errors
        ///
        /// What `load` says.
        #[doc = example!([] "try_get_or_load"
            "let failed: Result<u32, &str> = cache.try_get_or_load(\"a\", || Err(\"no\"));\n",
            "assert_eq!(failed, Err(\"no\"));\n",
            "let loaded: Result<u32, &str> = cache.try_get_or_load(\"a\", || Ok(1));\n",
            "assert_eq!(loaded, Ok(1));")]
        pub fn try_get_or_load<T, E>(
            &self,
            key: impl CacheKey,
            load: impl FnOnce() -> Result<T, E>,
        ) -> Result<T, E>
        where
            T: Clone + Send + Sync + 'static,
            P: Keeps<T>,
        {
            match self.entries().begin::<T, P>(EntryKey::of(&key), self.options()) {
                Begun::Hit(value) => Ok(value),
                Begun::Load(begun) => begun.run(load),
                Begun::Disabled => load(),
            }
        }
    };
}

/// The entries of the cache. A key is whatever has a stable text ([`CacheKey`](trait@CacheKey)): strings, numbers, tuples, types with `#[derive(CacheKey)]` or
/// `#[derive(KeyTemplate)]`. Keys of different types differ: `7` is not `"7"`.
impl<P: Place> Cache<P> {
    reading!([async] ".await");
    writing!([async] ".await");
    loading!([async]);

    /// The same cache; what is stored through this has a lifetime, tags or a user of its own.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// use std::time::Duration;
    /// use larder_core::{Cache, EntryOptions};
    ///
    /// let cache = Cache::builder("with async").build()?;
    /// let brief = EntryOptions::new().ttl(Duration::from_secs(5)).tag("news");
    /// cache.with(brief).insert("headline", "rain".to_owned()).await?;
    /// # Ok::<(), larder_core::Error>(()) }).unwrap();
    /// ```
    pub fn with(&self, options: EntryOptions) -> CacheWith<P> {
        CacheWith { cache: *self, options }
    }
}

/// The entries of the cache, as those of [`Cache`].
impl<P: Place> Blocking<P> {
    reading!([] "");
    writing!([] "");
    loading!([]);

    /// The same cache; what is stored through this has a lifetime, tags or a user of its own.
    ///
    /// ```
    /// use larder_core::{Cache, EntryOptions};
    ///
    /// let cache = Cache::builder("with").build()?.blocking();
    /// cache.with(EntryOptions::new().user(7)).insert("basket", vec!["apple"])?;
    /// cache.invalidate_user(7)?;
    /// assert!(!cache.contains("basket")?);
    /// # Ok::<(), larder_core::Error>(())
    /// ```
    pub fn with(&self, options: EntryOptions) -> BlockingWith<P> {
        BlockingWith { cache: self.cache(), options }
    }
}

/// As those of [`Cache`].
impl<P: Place> CacheWith<P> {
    writing!([async] ".await");
    loading!([async]);
}

/// As those of [`Blocking`].
impl<P: Place> BlockingWith<P> {
    writing!([] "");
    loading!([]);
}
