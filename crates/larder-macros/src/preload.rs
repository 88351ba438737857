//! `preload`: where a function's calls come from before anybody calls it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, GenericArgument, Lifetime, Lit, PathArguments, Safety, Type, TypeReference};

use crate::arguments::{Argument, Form};
use crate::errors::Errors;
use crate::item::Item;
use crate::model::{Cached, Place};
use crate::options::{Options, Value};
use crate::returns::Kind;
use crate::types;
use crate::values::ungrouped;

/// What `preload` is given.
#[derive(Clone)]
pub(crate) enum Preload {
    /// `true`: a function without parameters is loaded once.
    Once(Span),
    /// A function that gives the arguments of each call.
    Provider(Box<Expr>),
}

impl Value for Preload {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression = ungrouped(input)?;
        let Expr::Lit(ExprLit { lit, .. }) = &expression else {
            return Ok(Self::Provider(Box::new(expression)));
        };
        let remedy = match lit {
            Lit::Bool(literal) if literal.value => return Ok(Self::Once(literal.span)),
            Lit::Bool(_) => "nothing is preloaded without the option; remove `preload = false`".to_owned(),
            Lit::Str(text) if text.parse::<syn::Path>().is_ok() => {
                format!("a provider is written without quotes: `preload = {}`", text.value())
            }
            _ => {
                "`preload` names a function that gives the arguments of each call; write `preload = provider`"
                    .to_owned()
            }
        };
        Err(syn::Error::new(lit.span(), remedy))
    }
}

/// Reads the option; what it cannot be used with is added to `errors`.
pub(crate) fn read(
    options: &Options,
    item: &Item,
    arguments: &[Argument],
    place: &Place,
    errors: &mut Errors,
) -> Option<Preload> {
    let option = options.preload.as_ref()?;
    let signature = &item.signature;
    let span = option.span();
    if let Some(receiver) = arguments.iter().find(|argument| matches!(argument.form, Form::Receiver(_))) {
        errors.at(
            receiver.name.span(),
            "`preload` cannot make a `self`; cache a free function that takes what it needs, or remove `preload`",
        );
        return None;
    }
    match place {
        Place::Beside(_) => {}
        Place::Inside if options.handle.is_some() => {
            errors.at(span, "`preload` needs the companions of the function; remove `handle = none`");
        }
        Place::Inside | Place::Methods => {
            errors
                .at(span, "`preload` needs a free function; move it out of the `impl`, or remove `preload`");
        }
    }
    let generics = &signature.generics;
    if let Some(parameter) = generics
        .type_params()
        .map(|parameter| &parameter.ident)
        .chain(generics.const_params().map(|parameter| &parameter.ident))
        .next()
    {
        let remedy = format!(
            "`preload` cannot choose `{parameter}`; write the type in its place, or remove `preload`"
        );
        errors.at(parameter.span(), remedy);
    }
    if let Safety::Unsafe(safety) = &signature.safety {
        let remedy = "`preload` cannot keep what an unsafe function asks of its callers; wrap it in a safe one, or remove `preload`";
        errors.at(safety.span(), remedy);
    }
    arguments.iter().for_each(|argument| refuse(argument, errors));
    match &option.value {
        Preload::Once(literal) if !arguments.is_empty() => {
            let all =
                arguments.iter().map(|argument| argument.name.to_string()).collect::<Vec<_>>().join(", ");
            let comma = if arguments.len() == 1 { "," } else { "" };
            let remedy = format!(
                "this function has parameters, and something has to give them; write `preload = provider`, a function that gives tuples `({all}{comma})`"
            );
            errors.at(*literal, remedy);
        }
        Preload::Provider(provider) if arguments.is_empty() => {
            errors
                .at(provider.span(), "a function without parameters is loaded once; write `preload = true`");
        }
        _ => {}
    }
    Some(option.value.clone())
}

/// Parameters that nothing can be made for.
fn refuse(argument: &Argument, errors: &mut Errors) {
    if let Some(span) = argument.ty().and_then(types::opaque) {
        errors.at(
            span,
            "`preload` needs a type it can name; write the type in place of `impl`, or remove `preload`",
        );
    } else if let Some(span) = argument.mutable() {
        errors.at(
            span,
            "`preload` has nothing that this could write into; take it by value or by `&`, or remove `preload`",
        );
    }
    if let Some(condition) = argument.conditions().next() {
        errors.at(
            condition.span(),
            "`preload` needs all parameters at all times; put `#[cfg]` on the function, or remove `preload`",
        );
    }
}

/// The calls of the function's provider.
///
/// ```text
/// fn __preload() -> P::Box<dyn P::PreloadSource> {
///     #[allow(deprecated)] let _ = f;
///     let larder_provider = PROVIDER;
///     P::source::<A, _, _, _, _>(
///         P::ProviderProbe::<A, _>::new(&larder_provider).how(),
///         larder_provider,
///         |(id, name): A| <f>::lookup(id, P::Borrow::<str>::borrow(&name)),
///         |larder_value: &Ret| P::FailureProbe::new(larder_value).failure(),
///         |larder_error| P::ErrorProbe::new(larder_error).text(),
///         |larder_error| P::ErrorProbe::new(larder_error).text(),
///     )
/// }
/// ```
///
/// Those of an async function are `P::source_async::<A, ..>(.., |(id, name): A| async move { <f>::lookup(..).await }, ..)`.
/// The first line uses the function, or one that is only preloaded would be shown as dead code.
pub(crate) fn companion(cached: &Cached) -> TokenStream {
    let Some(preload) = &cached.preload else { return quote!() };
    let here = Span::mixed_site();
    let (provider, at) = match preload {
        Preload::Once(span) => (quote_spanned!(*span=> || [()]), *span),
        Preload::Provider(provider) => (provider.to_token_stream(), provider.span()),
    };
    let at = here.located_at(at);
    let (runtime, at_provider) = (cached.runtime(), cached.runtime_at(at));
    let name = cached.member_name("__preload");
    let parts: Vec<Part> = cached.arguments.iter().filter_map(|argument| part(argument, &runtime)).collect();
    let (types, names) = (parts.iter().map(|part| &part.ty), parts.iter().map(|part| &part.name));
    let tuple = quote!((#(#types,)*));
    let pattern = quote!((#(#names,)*));
    let passed = parts.iter().map(|part| &part.passed);
    let lookup = cached.member("lookup");
    let call = quote_spanned!(here=> #lookup(#(#passed),*));
    // The tuple is said here too, so that the error about another one can name it.
    let (source, call) = match cached.returns.kind {
        Kind::Value => (quote_spanned!(at=> source::<#tuple, _, _, _, _>), call),
        _ => (
            quote_spanned!(at=> source_async::<#tuple, _, _, _, _, _>),
            quote_spanned!(here=> async move { #call.await }),
        ),
    };
    let value = &cached.returns.value;
    let function = &cached.item.signature.ident;
    let used = quote_spanned!(here=> #[allow(deprecated)] let _ = #function;);
    let text = quote_spanned!(here=> |larder_error| #runtime::ErrorProbe::new(larder_error).text());
    quote_spanned! {at=>
        #[doc(hidden)]
        fn #name() -> #runtime::Box<dyn #runtime::PreloadSource> {
            #used
            let larder_provider = #provider;
            #at_provider::#source(
                #at_provider::ProviderProbe::<#tuple, _>::new(&larder_provider).how(),
                larder_provider,
                |#pattern: #tuple| #call,
                |larder_value: &#value| #runtime::FailureProbe::new(larder_value).failure(),
                #text,
                #text,
            )
        }
    }
}

/// `.preload(<f>::__preload)`, for the function's static.
pub(crate) fn of_site(cached: &Cached) -> Option<TokenStream> {
    let member = cached.preload.as_ref().map(|_| cached.member("__preload"))?;
    Some(quote!(.preload(#member)))
}

/// A parameter: what a provider gives for it, and how that is passed on.
struct Part {
    name: Ident,
    ty: TokenStream,
    passed: TokenStream,
}

fn part(argument: &Argument, runtime: &TokenStream) -> Option<Part> {
    let here = Span::mixed_site();
    let name = argument.name.clone();
    let ty = types::bare(argument.ty()?);
    let forever = |ty: &Type| types::with_lifetime(ty, &Lifetime::new("'static", here));
    let owned = |target: &Type| {
        let at = here.located_at(types::anchor(ty));
        quote_spanned!(at=> <#target as #runtime::ToOwned>::Owned)
    };
    let (ty, passed) = if let Some(reference) = reference(ty) {
        let target = forever(&reference.elem);
        (owned(&target), quote_spanned!(here=> #runtime::Borrow::<#target>::borrow(&#name)))
    } else if let Some(reference) = behind_option(ty).and_then(reference) {
        let target = forever(&reference.elem);
        let owned = owned(&target);
        let borrow = quote_spanned!(here=> #runtime::Borrow::<#target>::borrow);
        (
            quote_spanned!(here=> #runtime::Option<#owned>),
            quote_spanned!(here=> #runtime::Option::map(#runtime::Option::as_ref(&#name), #borrow)),
        )
    } else {
        (forever(ty).to_token_stream(), name.to_token_stream())
    };
    Some(Part { name, ty, passed })
}

/// The reference that a type is, unless it lives for ever.
fn reference(ty: &Type) -> Option<&TypeReference> {
    match types::bare(ty) {
        Type::Reference(reference)
            if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static") =>
        {
            Some(reference)
        }
        _ => None,
    }
}

/// What is in an `Option`.
fn behind_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = types::bare(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}
