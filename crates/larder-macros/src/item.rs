//! What the attribute stands on: attributes, visibility, signature, and the body as raw tokens.

use proc_macro2::{Group, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{AttrStyle, Attribute, Signature, Token, Visibility, token};

/// A function with a body.
pub(crate) struct Item {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// With its braces; never parsed.
    pub(crate) body: Group,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        refuse_others(input)?;
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            return Err(syn::Error::new(
                signature.ident.span(),
                "`#[cached]` needs a function with a body; put it on the implementation",
            ));
        }
        if !input.peek(token::Brace) {
            return Err(input.error("expected the body of the function"));
        }
        let (inner, body) = without_inner_attributes(input.parse()?)?;
        attributes.extend(inner);
        if !input.is_empty() {
            return Err(input.error("expected nothing behind the function"));
        }
        Ok(Self { attributes, visibility, signature, body })
    }
}

/// The attributes at the beginning of a body as those of its function: where the body goes they may not stand.
fn without_inner_attributes(body: Group) -> syn::Result<(Vec<Attribute>, Group)> {
    let split =
        |input: ParseStream<'_>| Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?));
    let (mut attributes, rest) = split.parse2(body.stream())?;
    if attributes.is_empty() {
        return Ok((attributes, body));
    }
    attributes.iter_mut().for_each(|attribute| attribute.style = AttrStyle::Outer);
    let mut without = Group::new(body.delimiter(), rest);
    without.set_span(body.span());
    Ok((attributes, without))
}

/// Says what to annotate in place of a type, a trait or a module.
fn refuse_others(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    if ahead.peek(Token![unsafe])
        && (ahead.peek2(Token![impl]) || ahead.peek2(Token![trait]) || ahead.peek2(Token![extern]))
    {
        ahead.parse::<Token![unsafe]>()?;
    }
    let what = if ahead.peek(Token![struct])
        || ahead.peek(Token![enum])
        || ahead.peek(Token![union]) && ahead.peek2(syn::Ident)
    {
        "a type; put it on the function that builds the values"
    } else if ahead.peek(Token![impl]) {
        "an `impl`; put it on each method that is to be cached"
    } else if ahead.peek(Token![trait]) {
        "a trait; put it on the methods of each `impl`, with `handle = none`"
    } else if ahead.peek(Token![mod]) {
        "a module; put it on each function that is to be cached"
    } else if ahead.peek(Token![extern]) && (ahead.peek2(token::Brace) || ahead.peek3(token::Brace)) {
        "foreign functions; put it on a function that calls them"
    } else if ahead.peek(Token![static])
        || ahead.peek(Token![const]) && ahead.peek2(syn::Ident) && ahead.peek3(Token![:])
    {
        "a constant or static; use `std::sync::LazyLock` for a value that is computed once"
    } else if ahead.peek(Token![type])
        || ahead.peek(Token![use])
        || ahead.peek(Token![extern]) && ahead.peek2(Token![crate])
    {
        "this item; put it on a function"
    } else if ahead.peek(Token![let]) || ahead.peek(Token![|]) || ahead.peek(Token![move]) {
        "a closure or statement; put it on a function, which may stand inside this one"
    } else {
        return Ok(());
    };
    Err(syn::Error::new(ahead.span(), format!("`#[cached]` cannot be used on {what}")))
}

/// The fallback's view of an item: nothing of it is looked at.
pub(crate) fn parse(item: TokenStream) -> syn::Result<Item> {
    syn::parse2(item)
}
