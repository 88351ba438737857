//! `#[derive(KeyTemplate)]`: the text of a key, variant by variant.
//!
//! ```text
//! // Input:
//! #[derive(KeyTemplate)]
//! enum Keys { #[key("user:{id}")] User { id: u64 }, #[key("motd")] Motd }
//! // Output, with `P` for `::larder::__private`:
//! const _: () = {
//!     impl P::CacheKey for Keys {
//!         type Owned = P::String;
//!         fn write_text(&self, __out: &mut P::KeyText) {
//!             match self {
//!                 Self::User { id } => P::CacheKey::write_text(
//!                     &P::Template::new([P::Piece::literal("user:"), P::Piece::value::<P::core::primitive::u64>(id)]), __out),
//!                 Self::Motd { .. } => P::CacheKey::write_text(&P::Template::new([P::Piece::literal("motd")]), __out),
//!             }
//!         }
//!         ..
//!     }
//!     impl P::KeyTemplate for Keys { const TEMPLATES: &'static [&'static P::core::primitive::str] = &["user:{id}", "motd"]; }
//! };
//! ```
//!
//! An integer is written with its type, so that what [`collision`] takes for an integer is one.

mod collision;
mod expand;
mod model;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::model::Model;

/// The `impl`s of `CacheKey` and `KeyTemplate`, or all errors beside `impl`s that keep quiet.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    match Model::new(&input) {
        Ok(model) => expand::expand(&model),
        Err(error) => expand::fallback(&input, &error),
    }
}
