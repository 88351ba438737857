//! What generated code may call. Not public API. Used by generated code.

pub use ::core::{
    self, convert::AsRef, future::Future, marker::PhantomData, option::Option, result::Result, time::Duration,
};
pub use larder_core::{
    Arguments, Begin, CacheKey, CarrierProbe, Config, Due, Error, ErrorProbe, Event, FailsWith, FailureProbe,
    Free, Fresh, FunctionStats, Handle, Lookup, Meta, Method, Miss, Policy, PreloadSource, ProviderProbe,
    Registered, ReturnProbe, Scopes, Since, Site, begin, begin_fresh, begin_fresh_lookup, begin_inside,
    begin_lookup, begin_refresh, begin_renew, clear, handle, insert, insert_in, invalidate, inventory, kept,
    key::{Group, Hashed, Key, KeyTemplate, KeyText, Template, probe::Probe, template::Piece},
    key_text, peek, source, source_async, stats_of as stats,
    tag::TagText,
};
pub use larder_core::{
    IntoStore, StoreSource, TierOptions, clear_shared, clear_shared_async, insert_shared,
    insert_shared_async, invalidate_shared, invalidate_shared_async, peek_shared, peek_shared_async,
    portable, sealing_part, sealing_whole,
};
pub use std::{
    borrow::{Borrow, ToOwned},
    boxed::Box,
    pin::{Pin, pin},
    string::String,
};

/// Lists a site among the program's.
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($site:path) => {
        $crate::__private::inventory::submit! { $crate::__private::Registered(&$site) }
    };
}
pub use __register as register;

/// The store of a function that says `store = shared`, where its cache was built without one.
pub fn no_store_of_cache() -> ::std::sync::Arc<dyn crate::store::Store> {
    ::std::sync::Arc::new(larder_core::store_bytes::Absent::new(
        "shared",
        "`store = shared` means the store of the function's cache, which has none; build it with `larder::Cache::builder(..).store(..)` before the first call",
    ))
}

/// The store of a function that says `store = shared`.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_shared {
    () => {
        $crate::__private::no_store_of_cache
    };
}
pub use __store_shared as store_shared;

/// The store of a function that says `store = redis`, where its cache was built without one: at the URL that the environment says.
#[cfg(feature = "redis")]
pub fn redis_by_default() -> ::std::sync::Arc<dyn crate::store::Store> {
    static STORE: ::std::sync::OnceLock<::std::sync::Arc<dyn crate::store::Store>> =
        ::std::sync::OnceLock::new();
    let store = STORE.get_or_init(|| match crate::redis::Redis::from_env() {
        Ok(store) => ::std::sync::Arc::new(store),
        Err(error) => {
            ::std::sync::Arc::new(larder_core::store_bytes::Absent::new("redis", error.to_string()))
        }
    });
    store.clone()
}

/// The store of a function that says `store = memcached`, where its cache was built without one: at the URL that the environment says.
#[cfg(feature = "memcached")]
pub fn memcached_by_default() -> ::std::sync::Arc<dyn crate::store::Store> {
    static STORE: ::std::sync::OnceLock<::std::sync::Arc<dyn crate::store::Store>> =
        ::std::sync::OnceLock::new();
    let store = STORE.get_or_init(|| match crate::memcached::Memcached::from_env() {
        Ok(store) => ::std::sync::Arc::new(store),
        Err(error) => {
            ::std::sync::Arc::new(larder_core::store_bytes::Absent::new("memcached", error.to_string()))
        }
    });
    store.clone()
}

/// The store of a function that says `store = file`, where its cache was built without one: in the directory that the environment says.
#[cfg(feature = "file")]
pub fn file_by_default() -> ::std::sync::Arc<dyn crate::store::Store> {
    static STORE: ::std::sync::OnceLock<::std::sync::Arc<dyn crate::store::Store>> =
        ::std::sync::OnceLock::new();
    let store = STORE.get_or_init(|| {
        let built =
            crate::store::FileStore::from_environment().and_then(crate::store::FileStoreBuilder::build);
        match built {
            Ok(store) => ::std::sync::Arc::new(store),
            Err(error) => {
                ::std::sync::Arc::new(larder_core::store_bytes::Absent::new("file", error.to_string()))
            }
        }
    });
    store.clone()
}

/// The size that `compress` says.
#[cfg(feature = "compress")]
#[must_use]
pub fn above(bytes: u64) -> u64 {
    bytes
}

/// A macro for something behind a feature: what it stands for, or an error that names the feature.
macro_rules! behind_a_feature {
    ($($macro:ident $name:ident: $feature:literal, $what:literal => $($path:ident)::+;)*) => {$(
        behind_a_feature!(@one ($) $macro $name $feature $what [$(:: $path)+]);
    )*};
    (@one ($dollar:tt) $macro:ident $name:ident $feature:literal $what:literal [$($path:tt)+]) => {
        #[cfg(feature = $feature)]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $macro {
            () => {
                $dollar crate $($path)+
            };
        }

        #[cfg(not(feature = $feature))]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $macro {
            () => {
                ::core::compile_error!(::core::concat!(
                    $what, " needs a feature of larder; write `larder = { features = [\"", $feature, "\"] }` in Cargo.toml"
                ))
            };
        }

        pub use $macro as $name;
    };
}

behind_a_feature! {
    __compress compress: "compress", "`compress = ..`" => __private::above;
    __serializer_json serializer_json: "json", "`serializer = json`" => codec::Json;
    __serializer_msgpack serializer_msgpack: "msgpack", "`serializer = msgpack`, which is the default of shared stores," => codec::MessagePack;
    __serializer_postcard serializer_postcard: "postcard", "`serializer = postcard`" => codec::Postcard;
    __serializer_bincode serializer_bincode: "bincode", "`serializer = bincode`" => codec::Bincode;
    __serializer_string serializer_string: "string", "`serializer = string`" => codec::Text;
    __store_redis store_redis: "redis", "`store = redis`" => __private::redis_by_default;
    __store_memcached store_memcached: "memcached", "`store = memcached`" => __private::memcached_by_default;
    __store_file store_file: "file", "`store = file`" => __private::file_by_default;
}

/// The store that keeps nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_null {
    () => {
        || $crate::__private::IntoStore::into_store($crate::store::Null)
    };
}
pub use __store_null as store_null;
