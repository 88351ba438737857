//! Options and item become one valid model; every rule between them is decided here, or in the files it asks.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;
use syn::{LitStr, Path, Signature, Type};

use crate::arguments::{self, Argument, Form};
use crate::background::Background;
use crate::duration::Lifetime;
use crate::errors::Errors;
use crate::freshness;
use crate::item::Item;
use crate::key::{self, Key};
use crate::names;
use crate::options::Options;
use crate::preload::{self, Preload};
use crate::returns::Returns;
use crate::scopes::{self, Scopes};
use crate::shared::Shared;
use crate::values::{ErrorPattern, Handle};

/// A function that can be cached, and how.
pub(crate) struct Cached {
    pub(crate) item: Item,
    pub(crate) returns: Returns,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) key: Key,
    pub(crate) scopes: Scopes,
    /// What it does behind its callers' backs.
    pub(crate) background: Background,
    /// How its values are shared, where they are.
    pub(crate) shared: Option<Shared>,
    /// The named cache, where one was chosen.
    pub(crate) cache: Option<LitStr>,
    pub(crate) place: Place,
    /// What gives the arguments of `preload_all()`.
    pub(crate) preload: Option<Preload>,
    /// Whether it certainly stands in an `impl` or a trait, so that `Self` can be named.
    pub(crate) in_impl: bool,
    pub(crate) settings: Vec<Setting>,
    /// The name in statistics, where it was chosen.
    pub(crate) name: Option<LitStr>,
    /// The options as text.
    pub(crate) options: String,
    /// Whether anything limits how much is kept, or for how long.
    pub(crate) bounded: bool,
    /// The path to the runtime, where it was chosen.
    pub(crate) runtime: Option<Path>,
}

/// Where what belongs to a function is put.
pub(crate) enum Place {
    /// On an enum of this name, beside the function.
    Beside(Ident),
    /// In methods beside the method.
    Methods,
    /// In the function itself; it has no companions.
    Inside,
}

/// A call on the runtime's configuration.
pub(crate) struct Setting {
    /// The method, at the place of the option's name.
    pub(crate) name: Ident,
    pub(crate) value: Setter,
}

/// What a setting is given.
pub(crate) enum Setter {
    Lifetime(Lifetime),
    /// The same, behind which a call gives an error.
    Timeout(Lifetime),
    Tokens(TokenStream),
    /// A pattern of errors.
    Errors(Box<ErrorPattern>),
    /// A variant of the runtime's enum of policies.
    Policy(Ident),
}

impl Cached {
    /// Puts both together; what does not fit is added to `errors`.
    pub(crate) fn new(options: Options, item: Item, mut errors: Errors) -> syn::Result<Self> {
        refuse(&item, &mut errors);
        let returns = Returns::read(&item.signature, &mut errors);
        let mut arguments = arguments::read(&item.signature, &mut errors);
        let place = place(&options, &item, &arguments, &mut errors);
        let key = key::read(&options, &item.signature.generics, &place, &mut arguments, &mut errors);
        let generics = &item.signature.generics;
        let scopes = scopes::read(&options, generics, &place, &key, &mut arguments, &mut errors);
        let preload = preload::read(&options, &item, &arguments, &place, &mut errors);
        pairs(&options, &mut errors);
        freshness::check(&options, &mut errors);
        let background =
            Background::read(&options, &item.signature, returns.as_ref(), &place, &arguments, &mut errors);
        let shared = Shared::read(&options, &mut errors);
        let receiver = arguments.iter().any(|argument| matches!(argument.form, Form::Receiver(_)));
        let in_impl = receiver
            || mentions_self(&options, &item)
            || is_desugared(&item.signature)
            || matches!(place, Place::Methods);
        let settings = settings(&options);
        let returns = match (returns, errors) {
            (Some(returns), errors) => errors.finish(returns)?,
            (None, errors) => {
                return errors
                    .finish(())
                    .and_then(|()| Err(syn::Error::new(item.signature.ident.span(), "expected a result")));
            }
        };
        let bounded = options.ttl.is_some()
            || options.idle.is_some()
            || options.ttl_with.is_some()
            || options.max_entries.is_some()
            || options.max_bytes.is_some();
        Ok(Self {
            item,
            returns,
            arguments,
            key,
            scopes,
            background,
            shared,
            cache: options.cache.map(|cache| cache.value),
            place,
            preload,
            in_impl,
            settings,
            name: options.name.map(|name| name.value),
            options: options.text,
            bounded,
            runtime: options.runtime.map(|runtime| runtime.value),
        })
    }
}

/// Functions that cannot be cached whatever the options say.
fn refuse(item: &Item, errors: &mut Errors) {
    let signature = &item.signature;
    if let Some(constant) = &signature.constness {
        errors.at(
            constant.span,
            "`#[cached]` cannot be used on a `const fn`; remove `const`, or remove `#[cached]`",
        );
    }
    if let Some(variadic) = &signature.variadic {
        errors.at(variadic.dots.span(), "`#[cached]` cannot be used on a variadic function; wrap it in one with a fixed number of arguments");
    }
    for attribute in &item.attributes {
        if attribute.path().segments.last().is_some_and(|last| last.ident == "cached") {
            errors.at(attribute.path().span(), "`#[cached]` is given twice; put all options into one");
        }
    }
}

/// Options that exclude or need each other.
fn pairs(options: &Options, errors: &mut Errors) {
    // A named cache may have a lifetime for its functions.
    let shortens = options.ttl.is_some()
        || options.ttl_with.is_some()
        || options.none_ttl.is_some()
        || options.err_ttl.is_some()
        || options.refresh.is_some()
        || options.cache.is_some();
    if let (Some(jitter), false) = (&options.jitter, shortens) {
        errors
            .at(jitter.span(), "`jitter` shortens lifetimes and there is none; add `ttl = 60`, or remove it");
    }
    if let (Some(weigh), None) = (&options.weigh, &options.max_bytes) {
        errors.at(
            weigh.span(),
            "`weigh` needs a bound to weigh against; add `max_bytes = \"64MiB\"`, or remove it",
        );
    }
    if let (Some(policy), None, None) = (&options.policy, &options.max_entries, &options.max_bytes) {
        errors.at(
            policy.span(),
            "`policy` needs a bound to choose who leaves; add `max_entries = 10_000`, or remove it",
        );
    }
    if let (Some(none_ttl), Some(cache_none)) = (&options.none_ttl, &options.cache_none)
        && cache_none.value.is_off()
    {
        let message = "options `none_ttl` and `cache_none = false` cannot be used together; a `None` that is not kept has no lifetime";
        errors.at(none_ttl.later(cache_none), message);
    }
    if let (Some(err_ttl), None) = (&options.err_ttl, &options.cache_err) {
        errors.at(
            err_ttl.span(),
            "`err_ttl` needs errors that are kept; add `cache_err = Error::NotFound(_)`, or remove it",
        );
    }
}

/// Where the companions go.
fn place(options: &Options, item: &Item, arguments: &[Argument], errors: &mut Errors) -> Place {
    let signature = &item.signature;
    let receiver = arguments.iter().any(|argument| matches!(argument.form, Form::Receiver(_)));
    match options.handle.as_ref().map(|handle| &handle.value) {
        Some(Handle::None) => Place::Inside,
        Some(Handle::Method) => Place::Methods,
        Some(Handle::Named(name)) => {
            if receiver {
                let method = signature.ident.unraw();
                let message = format!(
                    "the companions of a method stand beside it, as `{method}_invalidate(..)`; remove `handle = {name}`"
                );
                errors.at(name.span(), message);
            }
            Place::Beside(name.clone())
        }
        None if is_desugared(signature) => Place::Inside,
        None if receiver || mentions_self(options, item) => Place::Methods,
        None => Place::Beside(signature.ident.clone()),
    }
}

/// Whether the function names the `Self` of an impl it stands in.
fn mentions_self(options: &Options, item: &Item) -> bool {
    let signature = &item.signature;
    let clause = &signature.generics.where_clause;
    [
        signature.generics.to_token_stream(),
        signature.inputs.to_token_stream(),
        signature.output.to_token_stream(),
        clause.to_token_stream(),
        item.body.stream(),
        options.user.as_ref().map(|user| &user.value).to_token_stream(),
    ]
    .into_iter()
    .chain(options.tags.iter().flat_map(|tags| tags.value.expressions()))
    .any(|tokens| names::mentions_self_type(&tokens))
}

/// Whether `#[async_trait]` made this function; then it stands in a trait or an impl of one.
pub(crate) fn is_desugared(signature: &Signature) -> bool {
    signature.generics.lifetimes().any(|parameter| parameter.lifetime.ident == "async_trait")
}

/// The calls on the runtime's configuration, in the order of the table.
fn settings(options: &Options) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut set = |name: Ident, value| settings.push(Setting { name, value });
    macro_rules! each {
        ($($option:ident as $value:ident => $setter:expr;)*) => {$(
            if let Some(option) = &options.$option {
                let $value = &option.value;
                set(option.key.clone(), $setter);
            }
        )*};
    }
    each! {
        ttl as lifetime => Setter::Lifetime(lifetime.clone());
        idle as lifetime => Setter::Lifetime(lifetime.clone());
        jitter as share => Setter::Tokens(share.0.clone());
        ttl_with as function => Setter::Tokens(function.to_token_stream());
        stale_while_revalidate as lifetime => Setter::Lifetime(lifetime.clone());
        stale_if_error as lifetime => Setter::Lifetime(lifetime.clone());
        retry_after as lifetime => Setter::Lifetime(lifetime.clone());
        refresh as lifetime => Setter::Lifetime(lifetime.clone());
        refresh_idle as lifetime => Setter::Lifetime(lifetime.clone());
        early as switch => Setter::Tokens(switch.expression.to_token_stream());
        soft_timeout as lifetime => Setter::Lifetime(lifetime.clone());
        hard_timeout as lifetime => Setter::Timeout(lifetime.clone());
        max_entries as count => Setter::Tokens(count.0.to_token_stream());
        max_bytes as bytes => Setter::Tokens(bytes.tokens());
        weigh as function => Setter::Tokens(function.to_token_stream());
        policy as policy => Setter::Policy(policy.variant.clone());
        cache_if as function => Setter::Tokens(function.to_token_stream());
        cache_none as switch => Setter::Tokens(switch.expression.to_token_stream());
        none_ttl as lifetime => Setter::Lifetime(lifetime.clone());
        cache_err as errors => Setter::Errors(Box::new(errors.clone()));
        err_ttl as lifetime => Setter::Lifetime(lifetime.clone());
        single_flight as switch => Setter::Tokens(switch.expression.to_token_stream());
        on_event as function => Setter::Tokens(function.to_token_stream());
    }
    settings
}

impl Setting {
    /// `.ttl(Duration::new(60, 0))` of a function that returns `returned`, with the call at the place of the option's name.
    pub(crate) fn tokens(&self, runtime: &TokenStream, returned: &Type) -> TokenStream {
        let name = &self.name;
        let value = match &self.value {
            Setter::Lifetime(lifetime) => lifetime.tokens(runtime),
            Setter::Timeout(lifetime) => {
                let lifetime = lifetime.tokens(runtime);
                // asks for a `Result` that can say it, where the option is written
                let at = name.span().resolved_at(Span::mixed_site());
                quote_spanned!(at=> #lifetime, #runtime::CarrierProbe::<#returned>::new().carry())
            }
            Setter::Tokens(tokens) => tokens.clone(),
            Setter::Policy(variant) => quote!(#runtime::Policy::#variant),
            Setter::Errors(errors) => {
                let ErrorPattern { pattern, guard } = &**errors;
                // asks for a `Result`, where the option is written
                let error = quote_spanned!(name.span()=> #runtime::FailsWith::failure);
                let guard = guard.as_ref().map(|guard| quote!(if #guard));
                quote_spanned!(name.span().resolved_at(Span::mixed_site())=>
                    |larder_value| #runtime::core::matches!(#error(larder_value), #runtime::Option::Some(#pattern) #guard))
            }
        };
        quote_spanned!(name.span()=> .#name(#value))
    }
}
