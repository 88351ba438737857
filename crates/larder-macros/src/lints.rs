//! Lint levels of the user's function: its body moves elsewhere, and they have to hold there too; and what is allowed where
//! we are the reason.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use crate::arguments::Argument;
use crate::model::Cached;
use crate::returns::Kind;

/// An attribute as it stays on the function users call.
///
/// What `#[expect]` expects happens in the body, or it concerns the use of the function: each must be expected where it
/// happens and may only be allowed elsewhere.
pub(crate) fn on_function(attribute: &Attribute) -> TokenStream {
    if !attribute.path().is_ident("expect") {
        return attribute.to_token_stream();
    }
    let (of_use, of_body, reason) = divided(attribute);
    let expected = (!of_use.is_empty()).then(|| quote!(#[expect(#(#of_use,)* #(#reason)*)]));
    let allowed = (!of_body.is_empty()).then(|| quote!(#[allow(#(#of_body,)* #(#reason)*)]));
    quote!(#expected #allowed)
}

/// The attribute as the body needs it.
pub(crate) fn on_body(attribute: &Attribute) -> TokenStream {
    let path = attribute.path();
    if path.is_ident("expect") {
        let (_, of_body, reason) = divided(attribute);
        return if of_body.is_empty() { quote!() } else { quote!(#[expect(#(#of_body,)* #(#reason)*)]) };
    }
    let is_level = ["allow", "warn", "deny", "forbid", "must_use"].iter().any(|level| path.is_ident(level));
    if is_level { attribute.to_token_stream() } else { quote!() }
}

/// The attribute as companions need it: what is allowed of the signature is allowed of theirs.
pub(crate) fn on_companion(attribute: &Attribute) -> TokenStream {
    let path = attribute.path();
    if path.is_ident("expect") {
        let (_, of_body, reason) = divided(attribute);
        return if of_body.is_empty() { quote!() } else { quote!(#[allow(#(#of_body,)* #(#reason)*)]) };
    }
    if path.is_ident("allow") { attribute.to_token_stream() } else { quote!() }
}

/// The lints of an `#[expect]` that concern the use of the function, those that concern its body, and the reason.
fn divided(attribute: &Attribute) -> (Vec<Meta>, Vec<Meta>, Vec<Meta>) {
    let lints =
        attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
    let (reason, lints): (Vec<Meta>, Vec<Meta>) =
        lints.into_iter().partition(|lint| lint.path().is_ident("reason"));
    let (of_use, of_body) = lints.into_iter().partition(|lint| lint.path().is_ident("dead_code"));
    (of_use, of_body, reason)
}

/// A function that returns a future now consists of one `async` block, and that is no reason to make it async.
pub(crate) fn of_future(cached: &Cached) -> TokenStream {
    match cached.returns.kind {
        Kind::Future { boxed: false, .. } => quote!(#[allow(clippy::manual_async_fn)]),
        _ => quote!(),
    }
}

/// Arguments that the body does not use are used by us.
pub(crate) fn of_names(cached: &Cached) -> TokenStream {
    let is_underscored = |argument: &Argument| argument.name.to_string().starts_with('_');
    match cached.arguments.iter().any(is_underscored) {
        true => quote!(#[allow(clippy::used_underscore_binding)]),
        false => quote!(),
    }
}

/// Arguments are owned for the sake of runs in the background, whatever the body does with them.
pub(crate) fn of_owned(cached: &Cached) -> TokenStream {
    match cached.background.owns() {
        true => quote!(#[allow(clippy::needless_pass_by_value)]),
        false => quote!(),
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn expectations_stand_where_they_are_met() {
        let attribute: Attribute = parse_quote!(#[expect(dead_code, unused_variables, reason = "why")]);
        assert_eq!(
            on_function(&attribute).to_string(),
            quote!(#[expect(dead_code, reason = "why")] #[allow(unused_variables, reason = "why")])
                .to_string()
        );
        assert_eq!(
            on_body(&attribute).to_string(),
            quote!(#[expect(unused_variables, reason = "why")]).to_string()
        );
    }

    #[test]
    fn other_attributes_stay_on_the_function() {
        let attribute: Attribute = parse_quote!(#[inline]);
        assert_eq!(on_function(&attribute).to_string(), quote!(#[inline]).to_string());
        assert!(on_body(&attribute).is_empty());
        assert!(on_companion(&attribute).is_empty());
    }
}
