//! What is emitted when something is wrong: the errors, and the user's function as it was.
//!
//! The function stays, so that its callers do not fail too and editors keep working.

use proc_macro2::TokenStream;

/// The item, unchanged, beside the errors.
pub(crate) fn fallback(item: TokenStream, error: &syn::Error) -> TokenStream {
    let mut tokens = item;
    tokens.extend(error.to_compile_error());
    tokens
}
