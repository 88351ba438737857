//! `#[derive(CacheKey)]`: what identifies a value, field by field.
//!
//! ```text
//! // Input:
//! #[derive(CacheKey)]
//! struct Query<'a> { text: &'a str, page: u32, #[cache_key(skip)] trace: TraceId }
//! // Output, with `P` for `::larder::__private`:
//! const _: () = {
//!     impl<'a> P::CacheKey for Query<'a> {
//!         type Owned = (<&'a str as P::CacheKey>::Owned, <u32 as P::CacheKey>::Owned,);
//!         const PORTABLE: bool = <&'a str as P::CacheKey>::PORTABLE && <u32 as P::CacheKey>::PORTABLE;
//!         fn hash_key<H: P::core::hash::Hasher>(&self, state: &mut H) {
//!             let Self { text: f0, page: f1, .. } = self;
//!             <&'a str as P::CacheKey>::hash_key(f0, state);
//!             <u32 as P::CacheKey>::hash_key(f1, state);
//!         }
//!         ..
//!     }
//! };
//! ```
//!
//! An enum is owned as an enum of its own, next to the `impl`, which is generic over the owned fields: so it needs no
//! bounds and no lifetimes.

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
