//! The attribute and the derive of [larder](https://docs.rs/larder): use that crate, which documents them.
//!
//! A compiler in miniature: `options` and `item` read what the user wrote, `model` decides whether it fits
//! together, `expand` turns it into calls of the runtime and cannot fail, `fallback` stands in when something is wrong.

mod arguments;
mod attribute;
mod background;
mod bytes;
mod cache_key;
mod companions;
mod duration;
mod errors;
mod expand;
mod fallback;
mod freshness;
mod item;
mod key;
mod key_template;
mod lints;
mod model;
mod names;
mod options;
mod preload;
mod returns;
mod scopes;
mod shared;
mod spanned;
mod suggest;
mod template;
mod types;
mod values;

use proc_macro::TokenStream;

#[allow(missing_docs, reason = "documented where larder re-exports it, with links to the runtime")]
#[proc_macro_attribute]
pub fn cached(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::cached(arguments.into(), item.into()).into()
}

/// Says what identifies a type inside a cache key; see the documentation of larder.
#[proc_macro_derive(CacheKey, attributes(cache_key))]
pub fn cache_key(item: TokenStream) -> TokenStream {
    cache_key::derive(item.into()).into()
}

/// Says which text keys of a type are, variant by variant; see the documentation of larder.
#[proc_macro_derive(KeyTemplate, attributes(key))]
pub fn key_template(item: TokenStream) -> TokenStream {
    key_template::derive(item.into()).into()
}
