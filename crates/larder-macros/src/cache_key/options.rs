//! What the user wrote in `#[cache_key(..)]`.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, ExprPath, Meta, Path, Token, Type};

use crate::errors::Errors;
use crate::spanned::Spanned;
use crate::suggest;

/// Every option at most once.
#[derive(Default)]
pub(super) struct Options {
    pub(super) skip: Option<Spanned<()>>,
    pub(super) hash: Option<Spanned<()>>,
    pub(super) with: Option<Spanned<ExprPath>>,
    pub(super) conversion: Option<Spanned<Type>>,
    pub(super) runtime: Option<Spanned<Path>>,
    written: usize,
}

/// Where an attribute stands, which decides what it may say.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Type,
    Variant,
    Field,
}

impl Options {
    /// Reads all `#[cache_key(..)]` of one place.
    pub(super) fn read(attributes: &[Attribute], place: Place, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cache_key")) {
            let read = match attribute.meta {
                Meta::List(_) => attribute.parse_args_with(|input: ParseStream<'_>| {
                    while !input.is_empty() {
                        errors.take(options.option(input, place));
                        skip_rest(input)?;
                    }
                    Ok(())
                }),
                _ => Err(Error::new_spanned(attribute, place.usage())),
            };
            errors.take(read);
        }
        options
    }

    fn option(&mut self, input: ParseStream<'_>, place: Place) -> syn::Result<()> {
        let name = Ident::parse_any(input).map_err(|error| Error::new(error.span(), place.usage()))?;
        let key = name.to_string();
        if !place.legal().contains(&key.as_str()) {
            return Err(Error::new(name.span(), place.refusal(&key)));
        }
        self.written += 1;
        let order = self.written;
        match key.as_str() {
            "skip" => fill(&mut self.skip, name, order, flag, input),
            "hash" => fill(&mut self.hash, name, order, flag, input),
            "with" => fill(&mut self.with, name, order, value, input),
            "as" => fill(&mut self.conversion, name, order, value, input),
            _ => fill(&mut self.runtime, name, order, value, input),
        }
    }
}

impl Place {
    const fn legal(self) -> &'static [&'static str] {
        match self {
            Self::Type => &["crate"],
            Self::Variant => &[],
            Self::Field => &["skip", "hash", "with", "as"],
        }
    }

    const fn usage(self) -> &'static str {
        match self {
            Self::Type => {
                "above a type, `#[cache_key]` says where the runtime is: `#[cache_key(crate = path)]`"
            }
            Self::Variant => VARIANT,
            Self::Field => "write what to do with the field, as in `#[cache_key(skip)]`",
        }
    }

    fn refusal(self, name: &str) -> String {
        match (self, name) {
            (Self::Variant, _) => VARIANT.to_owned(),
            (Self::Type, "skip" | "hash" | "with" | "as") => {
                format!("option `{name}` is for fields; write it above one")
            }
            (Self::Field, "crate") => "option `crate` is for the type; write it above that".to_owned(),
            _ => suggest::unknown("option", name, self.legal()),
        }
    }
}

/// Reads what follows the option's name into its slot.
fn fill<T>(
    slot: &mut Option<Spanned<T>>,
    key: Ident,
    order: usize,
    read: fn(&Ident, ParseStream<'_>) -> syn::Result<T>,
    input: ParseStream<'_>,
) -> syn::Result<()> {
    let value = read(&key, input)?;
    if slot.is_some() {
        return Err(Error::new(key.span(), format!("option `{key}` is given twice")));
    }
    *slot = Some(Spanned { key, order, value });
    Ok(())
}

fn flag(key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if ends(input) {
        return Ok(());
    }
    Err(Error::new(key.span(), format!("option `{key}` takes no value: `#[cache_key({key})]`")))
}

fn value<T: Parse>(key: &Ident, input: ParseStream<'_>) -> syn::Result<T> {
    let usage = if key == "crate" { "crate = ::path::to::larder" } else { CONVERSION };
    if !input.peek(Token![=]) {
        return Err(Error::new(key.span(), format!("option `{key}` needs a value: `{usage}`")));
    }
    input.parse::<Token![=]>()?;
    let start = input.span();
    match input.parse() {
        Ok(value) if ends(input) => Ok(value),
        _ => Err(Error::new(start, format!("this is not a value of option `{key}`: `{usage}`"))),
    }
}

fn ends(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Goes on behind the next comma.
fn skip_rest(input: ParseStream<'_>) -> syn::Result<()> {
    while !ends(input) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Option<Token![,]>>().map(drop)
}

/// How a foreign field is converted.
pub(super) const CONVERSION: &str = "with = Url::as_str, as = &str";

const VARIANT: &str = "variants always differ in keys; write `#[cache_key(..)]` above a field";
