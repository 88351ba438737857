//! The runtime of [larder](https://docs.rs/larder): use that crate.
//!
//! The way of one call is the order of the modules, and data never turns back: `call` → `key` → `store` → on a miss `flight` → the function, inside a `context`
//! frame → `outcome` and `function` (is it worth keeping, how long) → `scope` (is it still true) → `store`. `clock`, `stats` and `sync` are leaves.
#![cfg_attr(loom, allow(dead_code, unused_imports, reason = "a model runs a part of the crate"))]

/// What no model runs: it stands on process-wide tables, which the model checker cannot reset between two executions.
macro_rules! without_model {
    ($($item:item)*) => {$(
        #[cfg(not(loom))]
        $item
    )*};
}

mod bells;
mod clock;
mod context;
mod epoch;
mod flight;
mod fresh;
mod maintenance;
mod park;
mod policy;
mod scope;
mod store;
mod sync;
mod thread;

#[cfg(all(test, loom))]
mod models;

without_model! {
    mod background;
    mod cache;
    mod call;
    mod carrier;
    pub mod codec;
    mod config;
    mod defer;
    mod entry;
    mod error;
    mod event;
    mod function;
    mod handle;
    mod inside;
    mod invalidation;
    pub mod key;
    mod lookup;
    mod outcome;
    mod per_call;
    mod preload;
    mod probe;
    mod reader;
    mod registry;
    mod settings;
    mod shared;
    mod site;
    mod stats;
    mod switch;
    pub mod tag;
    pub mod testing;

    pub use self::{
        background::{Background, Shutdown, background, shutdown, shutdown_blocking},
        cache::{Blocking, Cache, CacheBuilder, blocking, cache, root},
        defer::{defer_invalidations, defer_invalidations_async},
        entry::{BlockingWith, CacheWith, EntryOptions, Keeps, Memory, Named, Place, Shared, Standard},
        error::Error,
        event::{Event, EventKind},
        handle::{Arguments, Entry, Handle},
        inside::{Computation, add_tag, add_tag_in, current_cache, current_key, no_store, set_ttl},
        key::{CacheKey, KeyTemplate, KeyText},
        lookup::{Lookup, Source},
        per_call::{CallOptions, with_options, with_options_async},
        policy::{Policy, UnknownPolicy},
        preload::{
            FunctionReport, Preload, PreloadEnd, PreloadFuture, PreloadReport, Progress, blocking as preload_blocking, preload_all, preload_only,
        },
        stats::{FunctionStats, Stats, stats},
        store::{bytes as store_bytes, null::Null},
        switch::{check_environment, is_enabled, set_enabled},
    };
    #[doc(hidden)]
    pub use self::{
        call::{
            Begin, Fresh, Miss, Scopes, begin, begin_fresh, begin_fresh_lookup, begin_inside, begin_lookup, begin_refresh, begin_renew, clear, insert,
            insert_in, invalidate, key_text, peek,
        },
        carrier::*,
        config::Config,
        entry::{Failed, GivenSerializer},
        fresh::*,
        handle::handle,
        outcome::*,
        preload::{
            Bare, Call, CallProbe, Called, CalledForOne, CalledForOneLater, DebugErrorProbe, DebugFailureProbe, Driver, ErrorProbe, FailureProbe, Feed, How, InFuture, InResult,
            Item, Iterated, IteratorFeed, LaterOne, LaterOneProbe, Loaded, NoFailureProbe, Provided, ProviderProbe, Pull, SilentErrorProbe, SilentFailureProbe,
            Source as PreloadSource, StreamFeed, Streamed, Tried, UncallableProbe, WithoutParameters, source, source_async,
        },
        registry::Registered,
        site::{Free, Inside, Marker, Meta, Method, Site, StoreSource},
        stats::of as stats_of,
    };
    #[doc(hidden)]
    pub use self::shared::{portable,
        IntoStore, Sealing, TierOptions, clear_shared, clear_shared_async, insert_shared, insert_shared_async,
        invalidate_shared, invalidate_shared_async, peek_shared, peek_shared_async, sealing_part, sealing_whole,
    };
    #[doc(hidden)]
    pub use inventory;
}
