//! `#[derive(CacheKey)]`: what identifies a value, field by field.
//!
//! ```text
//! // Input:
//! #[derive(CacheKey)]
//! struct Query<'a> { text: &'a str, page: u32, #[cache_key(skip)] trace: TraceId }
//! // Output, with `P` for `::larder::__private`:
//! const _: () = {
//!     pub struct __Owned(<&'static str as P::CacheKey>::Owned, <u32 as P::CacheKey>::Owned);
//!     impl<'a> P::CacheKey for Query<'a> where &'static str: P::CacheKey, u32: P::CacheKey {
//!         type Owned = __Owned;
//!         const PORTABLE: bool = <&'a str as P::CacheKey>::PORTABLE && <u32 as P::CacheKey>::PORTABLE;
//!         fn hash_key<__H: P::core::hash::Hasher>(&self, __state: &mut __H) {
//!             match self {
//!                 Self { text: __field0, page: __field1, .. } => {
//!                     <&'a str as P::CacheKey>::hash_key(__field0, __state);
//!                     <u32 as P::CacheKey>::hash_key(__field1, __state);
//!                 }
//!             }
//!         }
//!         ..
//!     }
//! };
//! ```
//!
//! For an enum, `__Owned` is an enum, and its variant is hashed too. A field whose type depends on a type parameter is a
//! parameter of `__Owned`; a field that contains the type itself is boxed there.

mod expand;
mod model;
mod options;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::model::Model;

/// The `impl` of `CacheKey`, or all errors beside an `impl` that keeps quiet.
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
