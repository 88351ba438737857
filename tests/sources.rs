//! The sources of `#[cached]` as a library, so that a test can look at what it generates.
//!
//! It names the same files as `lib.rs` of the macro.

#[path = "../crates/larder-macros/src/arguments.rs"]
mod arguments;
#[path = "../crates/larder-macros/src/attribute.rs"]
mod attribute;
#[path = "../crates/larder-macros/src/background.rs"]
mod background;
#[path = "../crates/larder-macros/src/bytes.rs"]
mod bytes;
#[path = "../crates/larder-macros/src/companions.rs"]
mod companions;
#[path = "../crates/larder-macros/src/duration.rs"]
mod duration;
#[path = "../crates/larder-macros/src/errors.rs"]
mod errors;
#[path = "../crates/larder-macros/src/expand.rs"]
mod expand;
#[path = "../crates/larder-macros/src/fallback.rs"]
mod fallback;
#[path = "../crates/larder-macros/src/freshness.rs"]
mod freshness;
#[path = "../crates/larder-macros/src/item.rs"]
mod item;
#[path = "../crates/larder-macros/src/key.rs"]
mod key;
#[path = "../crates/larder-macros/src/lints.rs"]
mod lints;
#[path = "../crates/larder-macros/src/model.rs"]
mod model;
#[path = "../crates/larder-macros/src/names.rs"]
mod names;
#[path = "../crates/larder-macros/src/options.rs"]
mod options;
#[path = "../crates/larder-macros/src/preload.rs"]
mod preload;
#[path = "../crates/larder-macros/src/returns.rs"]
mod returns;
#[path = "../crates/larder-macros/src/scopes.rs"]
mod scopes;
#[path = "../crates/larder-macros/src/shared.rs"]
mod shared;
#[path = "../crates/larder-macros/src/spanned.rs"]
mod spanned;
#[path = "../crates/larder-macros/src/suggest.rs"]
mod suggest;
#[path = "../crates/larder-macros/src/template.rs"]
mod template;
#[path = "../crates/larder-macros/src/types.rs"]
mod types;
#[path = "../crates/larder-macros/src/values.rs"]
mod values;

use proc_macro2::TokenStream;

/// Expands `#[cached(arguments)] item`.
pub fn cached(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::cached(arguments, item)
}
