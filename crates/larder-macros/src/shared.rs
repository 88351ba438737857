//! Where values live beside memory: the options `store`, `serializer`, `compress`, `l1`, `lock` and `on_store_error`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, LitStr, Token, Type};

use crate::bytes::Bytes;
use crate::duration::Lifetime;
use crate::errors::Errors;
use crate::model::Cached;
use crate::options::{Options, Value};
use crate::returns::Kind;
use crate::suggest;
use crate::values::ungrouped;

/// `store`: a kind of store by its name, or an expression.
#[derive(Clone)]
pub(crate) enum StoreForm {
    Named(Ident),
    Expression(Box<Expr>),
}

/// `serializer`: one of larder's by its name, or a type.
#[derive(Clone)]
pub(crate) enum SerializerForm {
    Named(Ident),
    Type(Box<Type>),
}

/// `compress`: the size above which a value is compressed.
pub(crate) struct Threshold(Bytes);

/// `on_store_error`: whether a call fails when its store does.
pub(crate) struct OnStoreError {
    pub(crate) fails: bool,
}

/// How values are shared.
pub(crate) struct Shared {
    store: StoreForm,
    serializer: SerializerForm,
    /// The option, and its size.
    compress: Option<(Ident, TokenStream)>,
    l1: Option<Lifetime>,
    lock: Option<(Ident, Lifetime)>,
    /// The option that asks for it.
    fails: Option<Ident>,
    /// Whether errors are kept too.
    whole: bool,
    span: Span,
}

impl Value for StoreForm {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        unquoted(input, "store", STORES, "redis")?;
        match lone_name(input) {
            Some(name) if STORES.iter().any(|known| name == known) => {
                input.parse::<Ident>()?;
                Ok(Self::Named(name))
            }
            // a name in lower case that is no store is rather a typo than a variable, which an attribute cannot see
            Some(name) if name.to_string().chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                Err(syn::Error::new(name.span(), suggest::unknown("store", &name.to_string(), STORES)))
            }
            _ => Ok(Self::Expression(Box::new(ungrouped(input)?))),
        }
    }
}

impl Value for SerializerForm {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        unquoted(input, "serializer", SERIALIZERS, "msgpack")?;
        match lone_name(input) {
            Some(name) if SERIALIZERS.iter().any(|known| name == known) => {
                input.parse::<Ident>()?;
                Ok(Self::Named(name))
            }
            Some(name) if name.to_string().starts_with(|c: char| c.is_ascii_lowercase()) => Err(
                syn::Error::new(name.span(), suggest::unknown("serializer", &name.to_string(), SERIALIZERS)),
            ),
            _ => Ok(Self::Type(Box::new(input.parse()?))),
        }
    }
}

impl Value for Threshold {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Bytes::read(input).map(Self)
    }
}

impl Value for OnStoreError {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let remedy = "write `on_store_error = ignore`, which runs the function, or `on_store_error = fail`";
        let name: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), remedy))?;
        match name.to_string().as_str() {
            "ignore" => Ok(Self { fails: false }),
            "fail" => Ok(Self { fails: true }),
            _ => Err(syn::Error::new(name.span(), remedy)),
        }
    }
}

/// Refuses a name in quotes, with the nearest known one as the remedy.
fn unquoted(input: ParseStream<'_>, option: &str, known: &[&str], usual: &str) -> syn::Result<()> {
    let Ok(literal) = input.fork().parse::<LitStr>() else { return Ok(()) };
    let name = literal.value();
    if option == "store" && name.contains("://") {
        let message = "a store is named by its kind, and its address stands elsewhere; write `store = redis`, and set `LARDER_REDIS_URL` or build the cache with `larder::Cache::builder(\"default\").store(..)`";
        return Err(syn::Error::new(literal.span(), message));
    }
    let name = suggest::nearest(&name, known).unwrap_or(usual);
    let message = format!("a {option} is written without quotes: `{option} = {name}`");
    Err(syn::Error::new(literal.span(), message))
}

/// The name that is all of the value, if it is one.
fn lone_name(input: ParseStream<'_>) -> Option<Ident> {
    let ahead = input.fork();
    let name = ahead.call(Ident::parse_any).ok()?;
    (ahead.is_empty() || ahead.peek(Token![,])).then_some(name)
}

impl Shared {
    /// How the options say that values are shared; what does not fit is among the errors.
    pub(crate) fn read(options: &Options, errors: &mut Errors) -> Option<Self> {
        check_lock(options, errors);
        let is_memory = |form: &StoreForm| matches!(form, StoreForm::Named(name) if name == "memory");
        let Some(store) = options.store.as_ref().filter(|store| !is_memory(&store.value)) else {
            let needless = [
                options.serializer.as_ref().map(|option| &option.key),
                options.compress.as_ref().map(|option| &option.key),
                options.l1.as_ref().map(|option| &option.key),
                options.lock.as_ref().map(|option| &option.key),
                options.on_store_error.as_ref().map(|option| &option.key),
            ];
            for option in needless.into_iter().flatten() {
                let message = format!(
                    "`{option}` concerns a store that others share, and values live in memory; add `store = redis`, or remove it"
                );
                errors.at(option.span(), message);
            }
            return None;
        };
        if options.l1.is_none() {
            let bounds = [
                options.max_entries.as_ref().map(|option| &option.key),
                options.max_bytes.as_ref().map(|option| &option.key),
                options.policy.as_ref().map(|option| &option.key),
                options.idle.as_ref().map(|option| &option.key),
            ];
            for option in bounds.into_iter().flatten() {
                let message = format!(
                    "`{option}` concerns the memory in front of a store, and there is none; add `l1 = \"5s\"`, or remove it"
                );
                errors.at(option.span(), message);
            }
        }
        let here = store.key.span();
        let usual = || SerializerForm::Named(Ident::new("msgpack", here));
        let serializer = options.serializer.as_ref().map(|option| option.value.clone());
        Some(Self {
            store: store.value.clone(),
            serializer: serializer.unwrap_or_else(usual),
            compress: options.compress.as_ref().map(|option| (option.key.clone(), option.value.0.tokens())),
            l1: options.l1.as_ref().map(|option| option.value.clone()),
            lock: options.lock.as_ref().map(|option| (option.key.clone(), option.value.clone())),
            fails: options
                .on_store_error
                .as_ref()
                .filter(|option| option.value.fails)
                .map(|option| option.key.clone()),
            whole: options.cache_err.is_some(),
            span: here,
        })
    }
}

/// What `lock` asks for beside a store.
fn check_lock(options: &Options, errors: &mut Errors) {
    let Some(lock) = &options.lock else { return };
    if let Some(span) = lock.value.zero() {
        errors.at(
            span,
            "a lock that nobody waits for coalesces nothing; remove it, or write how long a call may wait for another process: `lock = \"10s\"`",
        );
    }
    if let Some(single_flight) = options.single_flight.as_ref().filter(|option| option.value.is_off()) {
        let message = "`lock` lets one process at a time run the function, and `single_flight = false` lets every call run it; remove one of them";
        errors.at(lock.later(single_flight), message);
    }
}

impl Cached {
    /// What gives the store: `P::StoreSource::Own(|| P::IntoStore::into_store(EXPR))`, or `P::StoreSource::OfCache(P::store_redis!())`.
    pub(crate) fn store(&self) -> Option<TokenStream> {
        let shared = self.shared.as_ref()?;
        let here = Span::mixed_site();
        Some(match &shared.store {
            StoreForm::Named(name) => {
                let runtime = self.runtime_at(name.span());
                let given = format_ident!("store_{}", name, span = name.span());
                let source = match name.to_string().as_str() {
                    "null" => "Own",
                    "shared" => "OnlyOfCache",
                    _ => "OfCache",
                };
                let source = Ident::new(source, here);
                quote_spanned!(name.span()=> #runtime::StoreSource::#source(#runtime::#given!()))
            }
            StoreForm::Expression(expression) => {
                let runtime = self.runtime_at(shared.span);
                let expression = expression.to_token_stream();
                quote_spanned!(shared.span=> #runtime::StoreSource::Own(|| #runtime::IntoStore::into_store(#expression)))
            }
        })
    }

    /// `.shared(P::TierOptions::new(P::sealing_part(RETURNS, SERIALIZER)).l1(..).lock(..))`, or nothing.
    pub(crate) fn tier(&self) -> Option<TokenStream> {
        let shared = self.shared.as_ref()?;
        let here = Span::mixed_site();
        let runtime = self.runtime();
        let serializer = match &shared.serializer {
            SerializerForm::Named(name) => {
                let given = format_ident!("serializer_{}", name, span = name.span());
                let runtime = self.runtime_at(name.span());
                quote_spanned!(name.span()=> #runtime::#given!())
            }
            SerializerForm::Type(ty) => quote!(<#ty as #runtime::core::default::Default>::default()),
        };
        let sealing = if shared.whole { "sealing_whole" } else { "sealing_part" };
        let sealing = Ident::new(sealing, here);
        let returns = self.proof();
        let compress = shared.compress.as_ref().map(|(option, bytes)| {
            let runtime = self.runtime_at(option.span());
            quote_spanned!(option.span()=> .compress_above(#runtime::compress!()(#bytes)))
        });
        let l1 = shared.l1.as_ref().map(|l1| {
            let l1 = l1.tokens(&runtime);
            quote_spanned!(here=> .l1(#l1))
        });
        let lock = shared.lock.as_ref().map(|(name, lock)| {
            let lock = lock.tokens(&runtime);
            quote_spanned!(name.span()=> .#name(#lock))
        });
        let returned = &self.returns.value;
        let fails = shared.fails.as_ref().map(|option| {
            // asks for a `Result` that can say it, where the option is written
            let at = here.located_at(option.span());
            quote_spanned!(at=> .fails(#runtime::CarrierProbe::<#returned>::new().carry()))
        });
        Some(quote_spanned! {here=>
            .shared(#runtime::TierOptions::new(#runtime::#sealing(#returns, #serializer)) #compress #l1 #lock #fails)
        })
    }

    /// A companion's function of the runtime, where values are shared: `peek_shared_async`, to be awaited.
    pub(crate) fn shared_function(&self, name: &str) -> (Ident, TokenStream) {
        let here = Span::mixed_site();
        match self.returns.kind {
            Kind::Value => (format_ident!("{name}_shared", span = here), quote!()),
            _ => (format_ident!("{name}_shared_async", span = here), quote_spanned!(here=> .await)),
        }
    }
}

const STORES: &[&str] = &["memory", "redis", "memcached", "file", "null", "shared"];

const SERIALIZERS: &[&str] = &["json", "msgpack", "postcard", "bincode", "string"];
