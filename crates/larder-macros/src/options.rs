//! What the user wrote between the parentheses of `#[cached(..)]`: every option in a slot that knows its place.
//!
//! A new option is one row of the table at the end of this file, and, where its values are of a new kind, a [`Value`].

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, LitStr, Path, Token, token};

use crate::bytes::Bytes;
use crate::duration::Lifetime;
use crate::errors::Errors;
use crate::preload::Preload;
use crate::shared::{OnStoreError, SerializerForm, StoreForm, Threshold};
use crate::spanned::Spanned;
use crate::suggest;
use crate::values::{Count, ErrorPattern, Handle, KeyForm, Names, Policy, Share, Switch, Tags};

/// What can stand behind the `=` of an option.
pub(crate) trait Value: Sized {
    /// Reads the value; its mistakes say what to write instead.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self>;
}

macro_rules! options {
    ($($(#[$doc:meta])* $field:ident $name:literal: $value:ty, write $example:literal;)*) => {
        /// The options of one attribute.
        #[derive(Default)]
        pub(crate) struct Options {
            $($(#[$doc])* pub(crate) $field: Option<Spanned<$value>>,)*
            /// All of them as text, for the statistics.
            pub(crate) text: String,
            /// Whether an error has listed the legal names already.
            listed: bool,
        }

        /// The legal names.
        const NAMES: &[&str] = &[$($name),*];

        /// What to write when the value is missing.
        fn example(name: &str) -> &'static str {
            match name {
                $($name => concat!("`", $name, " = ", $example, "`"),)*
                _ => "`option = value`",
            }
        }

        impl Options {
            /// Whether the option was given before.
            fn given(&self, name: &str) -> bool {
                match name {
                    $($name => self.$field.is_some(),)*
                    _ => false,
                }
            }

            /// Reads the value of a known option into its slot.
            fn fill(&mut self, key: Ident, name: &str, order: usize, input: ParseStream<'_>) -> syn::Result<()> {
                match name {
                    $($name => {
                        let value = <$value as Value>::parse(input)?;
                        self.$field = Some(Spanned { key, order, value });
                    })*
                    _ => {}
                }
                Ok(())
            }
        }
    };
}

impl Options {
    /// Reads all options; what is wrong with one does not keep the others from being read.
    pub(crate) fn parse(arguments: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let read = |input: ParseStream<'_>| {
            let mut order = 0;
            while !input.is_empty() {
                if let Err(error) = options.one(order, input) {
                    errors.push(error);
                    skip(input);
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
                order += 1;
            }
            Ok(())
        };
        if let Err(error) = read.parse2(arguments) {
            errors.push(error);
        }
        options
    }

    /// Reads one option, up to its comma.
    fn one(&mut self, order: usize, input: ParseStream<'_>) -> syn::Result<()> {
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error(format!("expected an option, as in {}", example("ttl"))));
        };
        let name = key.unraw().to_string();
        if let Some(elsewhere) = suggest::elsewhere(&name) {
            return Err(syn::Error::new(key.span(), elsewhere));
        }
        if !NAMES.contains(&name.as_str()) {
            let unknown = if self.listed { suggest::guess } else { suggest::unknown };
            self.listed = true;
            return Err(syn::Error::new(key.span(), unknown("option", &name, NAMES)));
        }
        if self.given(&name) {
            return Err(syn::Error::new(
                key.span(),
                format!("option `{name}` is given twice; remove one of them"),
            ));
        }
        let valueless = |span| {
            let example = example(&name);
            Err(syn::Error::new(span, format!("option `{name}` needs a value: {example}")))
        };
        if !input.peek(Token![=]) || input.peek(Token![==]) {
            return valueless(key.span());
        }
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return valueless(key.span());
        }
        let begin = input.cursor();
        self.fill(key, &name, order, input)?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected `,` and the next option"));
        }
        let mut value = TokenStream::new();
        let mut cursor = begin;
        while cursor != input.cursor()
            && let Some((tree, next)) = cursor.token_tree()
        {
            value.extend([tree]);
            cursor = next;
        }
        let separator = if self.text.is_empty() { "" } else { ", " };
        let value = value.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        self.text.push_str(&format!("{separator}{name} = {value}"));
        Ok(())
    }
}

/// Moves on to the comma before the next option.
fn skip(input: ParseStream<'_>) {
    let boundary = || {
        let ahead = input.fork();
        ahead.parse::<Token![,]>().is_ok()
            && (ahead.is_empty()
                || ahead.call(Ident::parse_any).is_ok_and(|name| {
                    let known = NAMES.contains(&name.unraw().to_string().as_str());
                    (ahead.peek(Token![=]) && !ahead.peek(Token![==]))
                        || (known && (ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(token::Paren)))
                }))
    };
    while !input.is_empty() && !boundary() {
        if input.parse::<proc_macro2::TokenTree>().is_err() {
            return;
        }
    }
}

impl Value for Expr {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Parse::parse(input)
    }
}

impl Value for LitStr {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        let name = ahead.parse::<Ident>().ok().filter(|_| ahead.is_empty() || ahead.peek(Token![,]));
        let name = name.map_or_else(|| "...".to_owned(), |name| name.to_string());
        let remedy = format!("this option is a string; write `\"{name}\"`");
        let literal: Self = input.parse().map_err(|error| syn::Error::new(error.span(), remedy))?;
        if literal.value().trim().is_empty() {
            return Err(syn::Error::new(
                literal.span(),
                "this string is empty; write a name, or leave the option out",
            ));
        }
        Ok(literal)
    }
}

impl Value for Path {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.call(Self::parse_mod_style)?;
        let rooted = path.leading_colon.is_some()
            || path.segments.first().is_some_and(|first| first.ident == "crate" || first.ident == "$crate");
        if !rooted || input.peek(token::Brace) {
            let first = path.segments.first().map_or_else(|| input.span(), |first| first.ident.span());
            let written =
                path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::");
            let remedy = format!(
                "this path must not depend on where the function stands; write `::{written}` or `crate::{written}`"
            );
            return Err(syn::Error::new(first, remedy));
        }
        Ok(path)
    }
}

options! {
    /// The lifetime of a value.
    ttl "ttl": Lifetime, write "60";
    /// How long a value may stay unread.
    idle "idle": Lifetime, write "\"10m\"";
    /// The largest share by which a lifetime is shortened.
    jitter "jitter": Share, write "0.1";
    /// The lifetime from the value; overrides `ttl`.
    ttl_with "ttl_with": Expr, write "|value| value.max_age";
    /// How long a value is served after its lifetime while it is refreshed.
    stale_while_revalidate "stale_while_revalidate": Lifetime, write "\"30s\"";
    /// How long a value is served after its lifetime when the function fails.
    stale_if_error "stale_if_error": Lifetime, write "\"10m\"";
    /// How long after a failure the function is not tried again.
    retry_after "retry_after": Lifetime, write "1";
    /// How often a key in use is refreshed.
    refresh "refresh": Lifetime, write "30";
    /// How long a key may stay unread and is still refreshed.
    refresh_idle "refresh_idle": Lifetime, write "\"10m\"";
    /// Whether hits refresh values before their time.
    early "early": Switch, write "true";
    /// How long a call waits with a stale value at hand.
    soft_timeout "soft_timeout": Lifetime, write "\"50ms\"";
    /// How long a call waits at most.
    hard_timeout "hard_timeout": Lifetime, write "\"2s\"";
    /// The bound by count.
    max_entries "max_entries": Count, write "10_000";
    /// The bound by weight.
    max_bytes "max_bytes": Bytes, write "\"64MiB\"";
    /// What a value weighs.
    weigh "weigh": Expr, write "|value| value.len()";
    /// Who leaves first.
    policy "policy": Policy, write "lru";
    /// What the key is.
    key "key": KeyForm, write "\"user:{id}\"";
    /// The parameters that form the key.
    only "only": Names, write "[id]";
    /// The parameters that do not.
    ignore "ignore": Names, write "[database]";
    /// What a value can be invalidated by.
    tags "tags": Tags, write "[\"user:{id}\"]";
    /// Whose value it is.
    user "user": Expr, write "user_id";
    /// The named cache it lives in.
    cache "cache": LitStr, write "\"users\"";
    /// Where values live.
    store "store": StoreForm, write "redis";
    /// What they are as bytes.
    serializer "serializer": SerializerForm, write "json";
    /// From which size on they are compressed.
    compress "compress": Threshold, write "\"4KiB\"";
    /// How long memory serves them without asking the store.
    l1 "l1": Lifetime, write "\"5s\"";
    /// How long a call waits for the run of another process.
    lock "lock": Lifetime, write "\"10s\"";
    /// Whether a call fails when its store does.
    on_store_error "on_store_error": OnStoreError, write "fail";
    /// Which values are kept.
    cache_if "cache_if": Expr, write "|value| !value.is_empty()";
    /// Whether `None` is kept.
    cache_none "cache_none": Switch, write "false";
    /// The lifetime of `None`.
    none_ttl "none_ttl": Lifetime, write "5";
    /// Which errors are kept.
    cache_err "cache_err": ErrorPattern, write "Error::NotFound(_)";
    /// The lifetime of errors.
    err_ttl "err_ttl": Lifetime, write "5";
    /// Whether callers of one key wait for each other.
    single_flight "single_flight": Switch, write "false";
    /// What gives the arguments of `preload_all()`.
    preload "preload": Preload, write "provider";
    /// Who is told of events.
    on_event "on_event": Expr, write "observe";
    /// The identity in statistics.
    name "name": LitStr, write "\"users\"";
    /// Where the companions live.
    handle "handle": Handle, write "none";
    /// Where the runtime is.
    runtime "crate": Path, write "::larder";
}
