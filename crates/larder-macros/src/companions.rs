//! What stands beside a function: its body as `uncached`, and the companions users call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Generics, Lifetime, Safety, Type};

use crate::arguments::{Argument, Form};
use crate::expand::{self, begin, begin_refresh, of_key};
use crate::lints;
use crate::model::{Cached, Place};
use crate::preload;
use crate::returns::Kind;
use crate::types;

/// The enum of a free function, which holds its companions.
///
/// ```text
/// #[doc(hidden)] pub enum f {}
/// impl f { pub fn uncached(a: &str, b: u32) -> Ret { BODY } }
/// impl f {
///     fn __site() -> &'static P::Site { .. }
///     fn __config() -> P::Config<Ret> { P::Config::new().ttl(..) }
///     fn __renew(a: String, b: u32, larder_since: P::Since) { .. } // where values are replaced in the background
///     pub fn invalidate(a: &str, b: u32) -> bool { .. }
///     ..
/// }
/// impl<'larder> P::Arguments<(&'larder str, u32), Ret> for f { .. }
/// ```
pub(crate) fn beside(cached: &Cached, name: &Ident) -> TokenStream {
    let visibility = &cached.item.visibility;
    let conditions: Vec<&Attribute> = conditions(cached).collect();
    let allowances = allowances(cached);
    let (uncached, companions) = (uncached(cached), companions(cached));
    let arguments = arguments(cached, name);
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_debug_implementations, missing_copy_implementations)]
        #visibility enum #name {}
        #(#conditions)*
        impl #name { #uncached }
        #(#conditions)*
        #allowances
        impl #name { #companions }
        #arguments
    }
}

/// The companions of a method: methods beside it.
///
/// ```text
/// fn __f_site_needs_handle_none_in_trait_impls() -> &'static P::Site { .. }
/// fn __f_config() -> P::Config<Ret> { .. }
/// fn f_invalidate(&self, a: &str) -> bool { .. }
/// ..
/// fn f_uncached(&self, a: &str) -> Ret { BODY }
/// ```
pub(crate) fn methods(cached: &Cached) -> TokenStream {
    let (uncached, companions) = (uncached(cached), companions(cached));
    quote!(#companions #uncached)
}

/// The only copy of the body.
fn uncached(cached: &Cached) -> TokenStream {
    let lints = cached.item.attributes.iter().map(lints::on_body);
    let visibility = &cached.item.visibility;
    let mut signature = cached.item.signature.clone();
    signature.ident = cached.member_name("uncached");
    signature.abi = None;
    let body = &cached.item.body;
    let docs = documentation(cached, "The function itself, past the cache.");
    let owned = lints::of_owned(cached);
    quote!(#docs #(#lints)* #owned #[allow(dead_code, private_interfaces, private_bounds, clippy::missing_errors_doc, clippy::missing_panics_doc, clippy::missing_safety_doc, clippy::must_use_candidate)] #visibility #signature #body)
}

/// Everything but the body.
fn companions(cached: &Cached) -> TokenStream {
    let runtime = cached.runtime();
    let value = &cached.returns.value;
    let here = Span::mixed_site();
    let (site_name, config_name) = (cached.member_name("__site"), cached.member_name("__config"));
    let (site, config) = (cached.site(), cached.config());
    let generics = generics(&cached.item.signature.generics);
    let condition = &cached.item.signature.generics.where_clause;
    let attributes = attributes(cached);
    let hidden = quote! {
        #attributes #[doc(hidden)]
        fn #site_name() -> &'static #runtime::Site { #site }
        #attributes #[doc(hidden)]
        fn #config_name #generics() -> #runtime::Config<#value> #condition { #config }
    };
    let site = cached.member("__site");
    let is_async = cached.returns.kind != Kind::Value;
    let compute = cached.call("uncached");
    let miss = cached.miss();
    let run_refresh = match (is_async, cached.run_within(&quote_spanned!(here=> larder_miss), &compute)) {
        (false, _) => quote_spanned!(here=> larder_miss.run(move || #compute)),
        (true, Some((run, awaiting))) => quote_spanned!(here=> #run #awaiting.value),
        (true, None) => {
            let run = cached.run_pinned(&quote_spanned!(here=> larder_miss), &compute);
            quote_spanned!(here=> #run.value)
        }
    };
    let run_lookup = match (is_async, cached.run_within(&miss, &compute)) {
        (false, _) => quote_spanned!(here=> #miss.run_lookup(move || #compute)),
        (true, Some((run, awaiting))) => quote!(#run #awaiting),
        (true, None) => cached.run_pinned(&miss, &compute),
    };
    let (begun, due) = (cached.begun(), cached.due(&quote_spanned!(here=> larder_value)));
    let renewal = cached.renewal(&attributes);
    let (begin_refresh, begin_lookup) = (begin_refresh(cached), begin(cached, "begin_lookup"));
    let touching = |name: &str| match &cached.shared {
        Some(_) => {
            let (function, awaiting) = cached.shared_function(name);
            let call = of_key(cached, &function.to_string());
            quote_spanned!(here=> #call #awaiting)
        }
        None => of_key(cached, name),
    };
    let (peek, invalidate) = (touching("peek"), touching("invalidate"));
    let (returns, key, marker) = (cached.proof(), cached.portable_key(), cached.marker());
    let config = {
        let (config, turbofish) = (cached.member("__config"), cached.turbofish());
        quote!(#config #turbofish)
    };
    let insert = match (cached.scopes(), &cached.shared) {
        (scopes, Some(_)) => {
            let (function, awaiting) = cached.shared_function("insert");
            let scopes = scopes.unwrap_or_else(|| quote_spanned!(here=> #runtime::Scopes::new()));
            quote_spanned!(here=> #runtime::#function::<#marker, _, _>(#site(), #config, #returns, #key, larder_value, #scopes) #awaiting)
        }
        (Some(scopes), None) => {
            quote_spanned!(here=> #runtime::insert_in::<#marker, _, _>(#site(), #config, #returns, #key, larder_value, #scopes))
        }
        (None, None) => {
            quote_spanned!(here=> #runtime::insert::<#marker, _, _>(#site(), #config, #returns, #key, larder_value))
        }
    };
    let insert = cached.with_user(&insert);
    let key_text = cached.with_user(&quote_spanned!(here=> #runtime::key_text(#site(), #key)));
    let handle_of = if has_arguments(cached) { handle_name(cached) } else { quote!(()) };
    let statement = |call: TokenStream| quote_spanned!(here=> let larder_answer = #call; larder_answer);
    let clear = match &cached.shared {
        Some(_) => {
            let (function, awaiting) = cached.shared_function("clear");
            quote_spanned!(here=> #runtime::#function(#site()) #awaiting)
        }
        None => quote_spanned!(here=> #runtime::clear(#site());),
    };
    let insert = if cached.shared.is_some() { statement(insert) } else { quote_spanned!(here=> #insert;) };
    // Where a store is touched, it may fail.
    let outcome = |output: TokenStream| match (&cached.shared, output.is_empty()) {
        (None, _) => output,
        (Some(_), true) => quote!(#runtime::Result<(), #runtime::Error>),
        (Some(_), false) => quote!(#runtime::Result<#output, #runtime::Error>),
    };
    let touches = cached.shared.is_some();

    let companions = [
        Companion {
            name: "invalidate",
            docs: "Forgets the value of one call; says whether there was one.",
            takes: Takes::Key,
            touches,
            output: outcome(quote!(bool)),
            body: statement(invalidate),
            ..Companion::default()
        },
        Companion {
            name: "refresh",
            docs: "Runs the function whatever is cached, and keeps the new value.",
            takes: Takes::All,
            runs: true,
            output: quote!(#value),
            body: quote_spanned!(here=> let larder_miss = #begin_refresh; #run_refresh),
            ..Companion::default()
        },
        Companion {
            name: "peek",
            docs: "The cached value, if there is one; nothing runs.",
            takes: Takes::Key,
            is_pure: !touches,
            touches,
            output: outcome(quote!(#runtime::Option<#value>)),
            body: statement(peek),
            ..Companion::default()
        },
        Companion {
            name: "insert",
            docs: "Keeps a value as if the function had returned it, and ends what was computed from the one before.",
            takes: Takes::KeyAndValue,
            touches,
            output: outcome(quote!()),
            body: insert,
            ..Companion::default()
        },
        Companion {
            name: "lookup",
            docs: "As a call, and says where the value came from.",
            takes: Takes::All,
            runs: true,
            output: quote!(#runtime::Lookup<#value>),
            body: quote_spanned! {here=>
                let larder_begun = #begin_lookup;
                match larder_begun {
                    #begun::Hit(larder_value) => larder_value,
                    #due
                    #begun::Miss(larder_miss) => #run_lookup,
                }
            },
            ..Companion::default()
        },
        Companion {
            name: "key",
            docs: "The text of the key of one call.",
            takes: Takes::Key,
            is_pure: true,
            output: quote!(#runtime::String),
            body: statement(key_text),
            ..Companion::default()
        },
        Companion {
            name: "clear",
            docs: "Forgets the values of all calls.",
            touches,
            output: outcome(quote!()),
            body: clear,
            ..Companion::default()
        },
        Companion {
            name: "stats",
            docs: "How often the cache was hit, and what the function cost.",
            is_pure: true,
            output: quote!(#runtime::FunctionStats),
            body: quote_spanned!(here=> #runtime::stats(#site())),
            ..Companion::default()
        },
        Companion {
            name: "handle",
            docs: "The cache of this function as a value.",
            is_pure: true,
            is_generic: true,
            output: quote!(#runtime::Handle<#handle_of, #value>),
            body: quote_spanned!(here=> #runtime::handle::<#handle_of, #value>(#site())),
            ..Companion::default()
        },
    ];
    let companions = companions.iter().map(|companion| companion.tokens(cached, &attributes));
    let preload = preload::companion(cached);
    quote!(#hidden #preload #renewal #(#companions)*)
}

/// One companion.
#[derive(Default)]
struct Companion {
    name: &'static str,
    docs: &'static str,
    takes: Takes,
    /// Whether it runs the function: it is async and unsafe where the function is.
    runs: bool,
    /// Whether it asks a store: it is async where the function is.
    touches: bool,
    /// Whether calling it for nothing is a mistake.
    is_pure: bool,
    /// Whether it has the function's type parameters although it takes no arguments.
    is_generic: bool,
    output: TokenStream,
    body: TokenStream,
}

/// The arguments a companion takes.
#[derive(Default, PartialEq)]
enum Takes {
    #[default]
    Nothing,
    /// Those the key is made of.
    Key,
    /// Those the key and the tags are made of, and a value.
    KeyAndValue,
    All,
}

impl Companion {
    fn tokens(&self, cached: &Cached, attributes: &TokenStream) -> TokenStream {
        let name = cached.member_name(self.name);
        let docs = documentation(cached, self.docs);
        let visibility = &cached.item.visibility;
        let signature = &cached.item.signature;
        let must_use = self.is_pure.then(|| quote!(#[must_use]));
        let asyncness =
            ((self.runs || self.touches) && cached.returns.kind != Kind::Value).then(|| quote!(async));
        let safety = match &signature.safety {
            Safety::Unsafe(safety) if self.runs => quote!(#safety),
            _ => quote!(),
        };
        let parameters = cached.arguments.iter().filter(|argument| match self.takes {
            Takes::Nothing => false,
            Takes::All => true,
            Takes::Key => argument.in_key || matches!(argument.form, Form::Receiver(_)),
            Takes::KeyAndValue => {
                argument.in_key || argument.in_tags || matches!(argument.form, Form::Receiver(_))
            }
        });
        let mut parameters: Vec<TokenStream> = parameters.map(expand::parameter).collect();
        if self.takes == Takes::KeyAndValue {
            let value = &cached.returns.value;
            parameters.push(quote_spanned!(Span::mixed_site()=> larder_value: #value));
        }
        let (generics, condition, conversions) = if self.takes == Takes::Nothing && !self.is_generic {
            (quote!(), None, quote!())
        } else {
            (
                generics(&signature.generics),
                signature.generics.where_clause.as_ref(),
                if self.takes == Takes::Nothing { quote!() } else { cached.conversions() },
            )
        };
        let output = if self.output.is_empty() {
            quote!()
        } else {
            let output = &self.output;
            quote!(-> #output)
        };
        let body = &self.body;
        quote! {
            #docs #attributes #must_use
            #visibility #asyncness #safety fn #name #generics(#(#parameters),*) #output #condition { #conversions #body }
        }
    }
}

/// The operations of the handle on a tuple of arguments.
fn arguments(cached: &Cached, name: &Ident) -> TokenStream {
    if !has_arguments(cached) {
        return quote!();
    }
    let runtime = cached.runtime();
    let value = &cached.returns.value;
    let here = Span::mixed_site();
    let (conditions, allowance) = (conditions(cached), lints::of_names(cached));
    let lifetime = Lifetime::new("'larder", here);
    let taken = || cached.arguments.iter().filter(|argument| argument.in_key || argument.in_tags);
    let types: Vec<&Type> = taken().filter_map(Argument::ty).collect();
    let generics = types.iter().any(|ty| types::borrowed(ty).is_some()).then(|| quote!(<#lifetime>));
    let types = types.into_iter().map(|ty| types::with_lifetime(ty, &lifetime));
    let all: Vec<&Ident> = taken().map(|argument| &argument.name).collect();
    let names: Vec<&Ident> =
        taken().filter(|argument| argument.in_key).map(|argument| &argument.name).collect();
    let of_key =
        taken().map(|argument| if argument.in_key { argument.name.to_token_stream() } else { quote!(_) });
    let (tuple, pattern, of_all) = (quote!((#(#types,)*)), quote!((#(#of_key,)*)), quote!((#(#all,)*)));
    quote_spanned! {here=>
        #(#conditions)* #allowance
        impl #generics #runtime::Arguments<#tuple, #value> for #name {
            fn peek(#pattern: #tuple) -> #runtime::Option<#value> { Self::peek(#(#names),*) }
            fn invalidate(#pattern: #tuple) -> bool { Self::invalidate(#(#names),*) }
            fn insert(#of_all: #tuple, larder_value: #value) { Self::insert(#(#all,)* larder_value); }
            fn key(#pattern: #tuple) -> #runtime::String { Self::key(#(#names),*) }
        }
    }
}

/// Whether a tuple of arguments can stand for a call: nothing generic, nothing that may be missing.
fn has_arguments(cached: &Cached) -> bool {
    let generics = &cached.item.signature.generics;
    matches!(cached.place, Place::Beside(_))
        && cached.shared.is_none()
        && generics.type_params().next().is_none()
        && generics.const_params().next().is_none()
        && cached.arguments.iter().all(|argument| {
            argument.conditions().next().is_none()
                && (!(argument.in_key || argument.in_tags)
                    || argument.ty().is_some_and(|ty| types::opaque(ty).is_none()))
        })
}

fn handle_name(cached: &Cached) -> TokenStream {
    match &cached.place {
        Place::Beside(name) => quote!(#name),
        _ => quote!(()),
    }
}

/// The generic parameters as they are declared, with their bounds.
fn generics(generics: &Generics) -> TokenStream {
    let (declared, _, _) = generics.split_for_impl();
    quote!(#declared)
}

/// The attributes of each companion. Those of free functions have them on their `impl`.
fn attributes(cached: &Cached) -> TokenStream {
    if matches!(cached.place, Place::Beside(_)) {
        return quote!();
    }
    let conditions = conditions(cached);
    let allowances = allowances(cached);
    quote!(#(#conditions)* #allowances)
}

/// A line of documentation, hidden for methods, which stand among the user's own.
fn documentation(cached: &Cached, text: &str) -> TokenStream {
    let function = cached.item.signature.ident.to_string();
    let text = format!(" {text} Beside `{function}`, for `#[cached]`.");
    quote!(#[doc = #text])
}

/// The function's `#[cfg]`s: what belongs to it exists where it does.
fn conditions(cached: &Cached) -> impl Iterator<Item = &Attribute> {
    cached.item.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"))
}

/// What is allowed of companions: not every one is called, and for the signature the user's own answers.
fn allowances(cached: &Cached) -> TokenStream {
    let own = cached.item.attributes.iter().map(lints::on_companion);
    let names = lints::of_names(cached);
    quote! {
        #(#own)*
        #names
        #[allow(
            dead_code,
            private_interfaces,
            private_bounds,
            clippy::needless_pass_by_value,
            clippy::trivially_copy_pass_by_ref,
            clippy::too_many_arguments,
            clippy::unused_self,
            clippy::must_use_candidate,
        )]
    }
}
