//! What generated code may call. Not public API. Used by generated code.

pub use ::core::{
    self, convert::AsRef, future::Future, marker::PhantomData, option::Option, result::Result, time::Duration,
};
pub use larder_core::{
    Arguments, Begin, CacheKey, Config, ErrorProbe, Event, FailsWith, FailureProbe, Free, FunctionStats,
    Handle, Lookup, Meta, Method, Miss, Policy, PreloadSource, ProviderProbe, Registered, ReturnProbe,
    Scopes, Site, begin, begin_inside, begin_lookup, begin_refresh, clear, handle, insert, insert_in,
    invalidate, inventory,
    key::{Group, Hashed, Key, KeyText, Template, probe::Probe, template::Piece},
    key_text, peek, source, source_async, stats_of as stats,
    tag::TagText,
};
pub use std::{
    borrow::{Borrow, ToOwned},
    boxed::Box,
    pin::Pin,
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
