//! What generated code may call. Not public API. Used by generated code.

pub use ::core::{
    self, convert::AsRef, future::Future, marker::PhantomData, option::Option, result::Result, time::Duration,
};
pub use larder_core::{
    Arguments, Begin, CacheKey, Config, Due, Event, FailsWith, Free, Fresh, FunctionStats, Handle, Lookup,
    Meta, Method, Miss, Policy, Registered, ReturnProbe, Scopes, Since, Site, TimeoutProbe, begin, begin_fresh,
    begin_fresh_lookup, begin_inside, begin_lookup, begin_refresh, begin_renew, clear, handle, insert,
    insert_in, invalidate, inventory, kept,
    key::{Group, Hashed, Key, KeyText, Template, probe::Probe, template::Piece},
    key_text, peek, stats_of as stats,
    tag::TagText,
};
pub use std::{boxed::Box, pin::Pin, string::String};

/// Lists a site among the program's.
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($site:path) => {
        $crate::__private::inventory::submit! { $crate::__private::Registered(&$site) }
    };
}
pub use __register as register;
