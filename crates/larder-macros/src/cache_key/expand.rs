//! Model → tokens. Cannot fail; the expansion is shown in [`super`].

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{DeriveInput, Error, Member};

use super::model::{Body, Field, Identity, Model, Shape, runtime};
use super::options::{Options, Place};
use crate::errors::Errors;

/// The `impl`, and for an enum its owned form.
pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { name, generics, runtime: p, .. } = model;
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    let bounds = bounds(model);
    let definition = definition(model);
    let owned = fields(model).filter(|field| field.generic).map(|field| field.item(p, "Owned"));
    let portable = portable(model);
    let Methods { hash_key, hash_owned, eq_key, eq_owned, to_key, write_text, write_owned_text } =
        Methods::new(model);
    quote! {
        const _: () = {
            #definition

            // The bounds are what makes a field without `CacheKey` one error, and not one in each method.
            #[allow(private_bounds, trivial_bounds)]
            #[automatically_derived]
            impl #impl_generics #p::CacheKey for #name #type_generics #bounds {
                type Owned = __Owned<#(#owned),*>;
                const PORTABLE: #p::core::primitive::bool = #portable;

                #[inline]
                fn hash_key<__H: #p::core::hash::Hasher>(&self, __state: &mut __H) {
                    #hash_key
                }

                #[inline]
                fn hash_owned<__H: #p::core::hash::Hasher>(__a: &<Self as #p::CacheKey>::Owned, __state: &mut __H) {
                    #hash_owned
                }

                #[inline]
                fn eq_key(&self, __a: &<Self as #p::CacheKey>::Owned) -> #p::core::primitive::bool {
                    #eq_key
                }

                #[inline]
                fn eq_owned(__a: &<Self as #p::CacheKey>::Owned, __b: &<Self as #p::CacheKey>::Owned) -> #p::core::primitive::bool {
                    #eq_owned
                }

                fn to_key(&self) -> <Self as #p::CacheKey>::Owned {
                    #to_key
                }

                fn write_text(&self, __out: &mut #p::KeyText) {
                    #write_text
                }

                fn write_owned_text(__a: &<Self as #p::CacheKey>::Owned, __out: &mut #p::KeyText) {
                    #write_owned_text
                }
            }
        };
    }
}

/// The errors, and an `impl` so that nobody else complains about the type.
pub(super) fn fallback(input: &DeriveInput, error: &Error) -> TokenStream {
    let errors = error.to_compile_error();
    let options = Options::read(&input.attrs, Place::Type, &mut Errors::default());
    let p = runtime(options.runtime.map(|option| option.value));
    let name = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #errors
        const _: () = {
            impl #impl_generics #p::CacheKey for #name #type_generics #where_clause {
                type Owned = ();
                fn hash_key<__H: #p::core::hash::Hasher>(&self, _: &mut __H) {}
                fn hash_owned<__H: #p::core::hash::Hasher>(_: &(), _: &mut __H) {}
                fn eq_key(&self, _: &()) -> #p::core::primitive::bool { true }
                fn eq_owned(_: &(), _: &()) -> #p::core::primitive::bool { true }
                fn to_key(&self) {}
                fn write_text(&self, _: &mut #p::KeyText) {}
                fn write_owned_text(_: &(), _: &mut #p::KeyText) {}
            }
        };
    }
}

/// What stands in the methods.
struct Methods {
    hash_key: TokenStream,
    hash_owned: TokenStream,
    eq_key: TokenStream,
    eq_owned: TokenStream,
    to_key: TokenStream,
    write_text: TokenStream,
    write_owned_text: TokenStream,
}

impl Methods {
    fn new(model: &Model<'_>) -> Self {
        let p = &model.runtime;
        let bodies = model.bodies();
        if bodies.is_empty() {
            return Self::never();
        }
        let (mut hash_key, mut hash_owned) = (Vec::new(), Vec::new());
        let (mut eq_key, mut eq_owned) = (Vec::new(), Vec::new());
        let mut to_key = Vec::new();
        let (mut write_text, mut write_owned_text) = (Vec::new(), Vec::new());
        for (number, body) in bodies.iter().enumerate() {
            let this = body.pattern(model);
            let (a, b) = (body.owned(model, A), body.owned(model, B));
            let index = index(number, bodies.len(), p);
            let hashes = body.each(|field| field.call(p, "hash_key", &[quote!(__state)]));
            hash_key.push(quote!(#this => { #index #(#hashes;)* }));
            let hashes =
                body.each(|field| field.owned_call(p, "hash_owned", &[field.named(A), quote!(__state)]));
            hash_owned.push(quote!(#a => { #index #(#hashes;)* }));
            let equal = body.each(|field| field.call(p, "eq_key", &[field.named(A)]));
            let equal = all(&equal);
            eq_key.push(quote!((#this, #a) => #equal));
            let equal = body.each(|field| field.owned_call(p, "eq_owned", &[field.named(A), field.named(B)]));
            let equal = all(&equal);
            eq_owned.push(quote!((#a, #b) => #equal));
            let made = body.made(model, |field| field.made(p));
            to_key.push(quote!(#this => #made));
            let text = body.text(p, |field, to| field.call(p, "write_text", &[to]));
            write_text.push(quote!(#this => { #text }));
            let text =
                body.text(p, |field, to| field.owned_call(p, "write_owned_text", &[field.named(A), to]));
            write_owned_text.push(quote!(#a => { #text }));
        }
        let rest = (bodies.len() > 1).then(|| quote!(_ => false,));
        Self {
            hash_key: quote!(match self { #(#hash_key,)* }),
            hash_owned: quote!(match __a { #(#hash_owned,)* }),
            eq_key: quote!(match (self, __a) { #(#eq_key,)* #rest }),
            eq_owned: quote!(match (__a, __b) { #(#eq_owned,)* #rest }),
            to_key: quote!(match self { #(#to_key,)* }),
            write_text: quote!(match self { #(#write_text,)* }),
            write_owned_text: quote!(match __a { #(#write_owned_text,)* }),
        }
    }

    /// Of an enum without variants.
    fn never() -> Self {
        let (this, owned) = (quote!(match *self {}), quote!(match *__a {}));
        Self {
            hash_key: this.clone(),
            hash_owned: owned.clone(),
            eq_key: this.clone(),
            eq_owned: owned.clone(),
            to_key: this.clone(),
            write_text: this,
            write_owned_text: owned,
        }
    }
}

impl Model<'_> {
    /// A type with the lifetimes of the `impl` written as `'static`, and `Self` as what it is.
    fn without_lifetimes(&self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        let mut after_quote = false;
        for token in tokens {
            match &token {
                TokenTree::Ident(ident) if after_quote && self.has_lifetime(ident) => {
                    out.extend(quote!(static))
                }
                TokenTree::Ident(ident) if ident == "Self" => {
                    let name = self.name;
                    let lifetimes = self.generics.lifetimes().map(|_| quote!('static));
                    out.extend(quote!(#name<#(#lifetimes),*>));
                }
                TokenTree::Group(group) => {
                    out.extend([regroup(group, self.without_lifetimes(group.stream()))]);
                }
                _ => out.extend([token.clone()]),
            }
            after_quote = matches!(token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        }
        out
    }

    fn has_lifetime(&self, name: &Ident) -> bool {
        self.generics.lifetimes().any(|parameter| parameter.lifetime.ident == *name)
    }
}

impl Body<'_> {
    fn each<T>(&self, make: impl FnMut(&Field<'_>) -> T) -> Vec<T> {
        self.fields.iter().map(make).collect()
    }

    /// Takes a value apart.
    fn pattern(&self, model: &Model<'_>) -> TokenStream {
        let path = match model.shape {
            Shape::Struct(_) => quote!(Self),
            Shape::Enum(_) => {
                let name = self.name;
                quote!(Self::#name)
            }
        };
        let rest = self.skips.then(|| quote!(..));
        if self.fields.is_empty() && rest.is_none() {
            // Also of `A {}` and `B()`.
            return if self.unit { path } else { quote!(#path {}) };
        }
        let members = self.each(|field| field.member.clone());
        let names = self.each(|field| field.named(THIS));
        quote!(#path { #(#members: #names,)* #rest })
    }

    /// Takes an owned value apart.
    fn owned(&self, model: &Model<'_>, side: &str) -> TokenStream {
        self.made(model, |field| field.named(side))
    }

    /// An owned value of these parts.
    fn made(&self, model: &Model<'_>, part: impl FnMut(&Field<'_>) -> TokenStream) -> TokenStream {
        let parts = self.each(part);
        let name = self.owned_name();
        match model.shape {
            Shape::Struct(_) => quote!(__Owned(#(#parts),*)),
            Shape::Enum(_) if parts.is_empty() => quote!(__Owned::#name),
            Shape::Enum(_) => quote!(__Owned::#name(#(#parts),*)),
        }
    }

    /// The text of all fields; `write` says how one is written to a place.
    fn text(
        &self,
        p: &TokenStream,
        mut write: impl FnMut(&Field<'_>, TokenStream) -> TokenStream,
    ) -> TokenStream {
        let name = self.name.unraw().to_string();
        if self.fields.is_empty() {
            return quote!(#p::KeyText::unit(__out, #name););
        }
        let writes = self.each(|field| {
            let place = match &field.member {
                Member::Named(name) => {
                    let name = name.unraw().to_string();
                    quote!(#p::Group::field(&mut __fields, #name))
                }
                Member::Unnamed(_) => quote!(#p::Group::item(&mut __fields)),
            };
            write(field, place)
        });
        quote!(let mut __fields = #p::KeyText::named(__out, #name); #(#writes;)*)
    }

    fn owned_name(&self) -> Ident {
        let mut name = self.name.clone();
        name.set_span(mixed(self.name));
        name
    }
}

impl Field<'_> {
    /// A call on the field itself.
    fn call(&self, p: &TokenStream, method: &str, arguments: &[TokenStream]) -> TokenStream {
        let span = mixed(self.ty);
        let name = self.named(THIS);
        let (part, value) = match &self.identity {
            Identity::Key => (self.ty.to_token_stream(), name),
            Identity::Hash => (self.hashed(p, &quote!('_)), quote_spanned!(span=> &#p::Hashed::new(#name))),
            Identity::With(with, ty) => {
                let span = mixed(with);
                let with = respan(with.to_token_stream(), span);
                let converted = quote_spanned!(span=> #with(#name));
                (ty.to_token_stream(), quote!(&#p::core::convert::identity::<#ty>(#converted)))
            }
        };
        let method = Ident::new(method, span);
        quote_spanned!(span=> <#part as #p::CacheKey>::#method(#value #(, #arguments)*))
    }

    /// A call on its owned form.
    fn owned_call(&self, p: &TokenStream, method: &str, arguments: &[TokenStream]) -> TokenStream {
        let function = self.item(p, method);
        quote_spanned!(mixed(self.ty)=> #function(#(#arguments),*))
    }

    /// An item of its `CacheKey` that needs no value.
    fn item(&self, p: &TokenStream, item: &str) -> TokenStream {
        self.item_of(&self.lasting(p), p, item)
    }

    /// The type with `CacheKey`, without elided lifetimes.
    fn lasting(&self, p: &TokenStream) -> TokenStream {
        match &self.identity {
            Identity::Key => self.ty.to_token_stream(),
            Identity::Hash => self.hashed(p, &quote!('static)),
            Identity::With(_, ty) => lasting(ty.to_token_stream()),
        }
    }

    fn item_of(&self, part: &TokenStream, p: &TokenStream, item: &str) -> TokenStream {
        let span = mixed(self.ty);
        let item = Ident::new(item, span);
        quote_spanned!(span=> <#part as #p::CacheKey>::#item)
    }

    /// The type of its owned form, as the owned form of the whole names it.
    fn owned_type(&self, model: &Model<'_>) -> TokenStream {
        let p = &model.runtime;
        if self.generic {
            return self.named(OWNED);
        }
        let owned = self.item_of(&model.without_lifetimes(self.lasting(p)), p, "Owned");
        if self.recursive { quote!(#p::Box<#owned>) } else { owned }
    }

    fn made(&self, p: &TokenStream) -> TokenStream {
        let made = self.call(p, "to_key", &[]);
        if self.recursive { quote!(#p::Box::new(#made)) } else { made }
    }

    fn hashed(&self, p: &TokenStream, lifetime: &TokenStream) -> TokenStream {
        let ty = self.ty;
        quote_spanned!(mixed(ty)=> #p::Hashed<#lifetime, #ty>)
    }

    fn named(&self, side: &str) -> TokenStream {
        format_ident!("{side}{}", self.number, span = Span::mixed_site()).into_token_stream()
    }

    /// What must hold for the field to have an owned form. Lifetimes are written as `'static`, so that rustc still
    /// sees what the owned form is.
    fn bound(&self, model: &Model<'_>) -> Option<TokenStream> {
        let p = &model.runtime;
        let generic = self.generic;
        let named = |ty: TokenStream| if generic { ty } else { model.without_lifetimes(ty) };
        let (part, bound) = match &self.identity {
            Identity::Key if self.recursive => return None,
            Identity::Key => (self.ty, quote!(#p::CacheKey)),
            Identity::With(_, ty) => (&**ty, quote!(#p::CacheKey)),
            Identity::Hash => (
                self.ty,
                quote! {
                    #p::core::hash::Hash + #p::core::cmp::Eq + #p::core::clone::Clone
                        + #p::core::marker::Send + #p::core::marker::Sync + 'static
                },
            ),
        };
        // From the first to the last token of the type, an error underlines all of it.
        let last =
            part.to_token_stream().into_iter().last().map_or_else(Span::call_site, |token| token.span());
        let bound = respan(quote!(: #bound), last);
        let part = named(lasting(part.to_token_stream()));
        Some(quote!(#part #bound))
    }
}

fn fields<'a>(model: &'a Model<'_>) -> impl Iterator<Item = &'a Field<'a>> {
    model.bodies().iter().flat_map(|body| &body.fields)
}

fn bounds(model: &Model<'_>) -> TokenStream {
    let given = model.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let added = fields(model).filter_map(|field| field.bound(model));
    quote!(where #(#given,)* #(#added,)*)
}

/// The owned form. It names no lifetime and no type parameter, but takes the owned forms of the fields whose type does:
/// so it is `'static` without further bounds. The other fields are named in it, since they may be private types.
fn definition(model: &Model<'_>) -> TokenStream {
    let parameters = fields(model).filter(|field| field.generic).map(|field| field.named(OWNED));
    let bodies = model.bodies().iter().map(|body| {
        let name = body.owned_name();
        let types = body.each(|field| field.owned_type(model));
        match model.shape {
            Shape::Struct(_) => quote!((#(#types),*)),
            Shape::Enum(_) if types.is_empty() => quote!(#name),
            Shape::Enum(_) => quote!(#name(#(#types),*)),
        }
    });
    let bounds = fields(model).filter(|field| !field.generic).filter_map(|field| field.bound(model));
    let bounds = quote!(where #(#bounds,)*);
    let definition = match model.shape {
        Shape::Struct(_) => quote!(pub struct __Owned<#(#parameters),*> #(#bodies)* #bounds;),
        Shape::Enum(_) => quote!(pub enum __Owned<#(#parameters),*> #bounds { #(#bodies),* }),
    };
    quote! {
        #[doc(hidden)]
        #[allow(
            missing_copy_implementations,
            missing_debug_implementations,
            private_bounds,
            private_interfaces,
            trivial_bounds,
            unnameable_types,
            unreachable_pub
        )]
        #definition
    }
}

fn portable(model: &Model<'_>) -> TokenStream {
    // A type that contains itself is as portable as its other fields.
    let others = fields(model).filter(|field| !field.recursive);
    all(&others.map(|field| field.item(&model.runtime, "PORTABLE")).collect::<Vec<_>>())
}

fn all(conditions: &[TokenStream]) -> TokenStream {
    if conditions.is_empty() { quote!(true) } else { quote!(#(#conditions)&&*) }
}

/// Feeds which variant it is, where there are several.
fn index(number: usize, variants: usize, p: &TokenStream) -> Option<TokenStream> {
    if variants < 2 {
        return None;
    }
    let write = match u8::try_from(number) {
        Ok(number) if variants <= 256 => quote!(write_u8(__state, #number)),
        _ => quote!(write_usize(__state, #number)),
    };
    Some(quote!(#p::core::hash::Hasher::#write;))
}

/// A type with its elided lifetimes written as `'static`.
fn lasting(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut out = TokenStream::new();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                out.extend([token]);
                if !matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'') {
                    out.extend(quote!('static));
                }
            }
            TokenTree::Ident(ident) if ident == "_" => out.extend(quote!(static)),
            TokenTree::Group(group) => out.extend([regroup(group, lasting(group.stream()))]),
            _ => out.extend([token]),
        }
    }
    out
}

/// Puts tokens in another place; but `$crate` means something only where it is.
fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let respan = |mut token: TokenTree| {
        if !matches!(&token, TokenTree::Ident(ident) if ident == "$crate") {
            token.set_span(span);
        }
        token
    };
    tokens.into_iter().map(respan).collect()
}

fn regroup(group: &Group, stream: TokenStream) -> TokenTree {
    Group::new(group.delimiter(), stream).into()
}

/// Ours by name, the user's by place.
fn mixed(at: &impl ToTokens) -> Span {
    let span = at.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    Span::mixed_site().located_at(span)
}

const THIS: &str = "__field";
const A: &str = "__a";
const B: &str = "__b";
const OWNED: &str = "__T";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elided_lifetimes_become_static() {
        let check = |tokens, expected: TokenStream| {
            assert_eq!(lasting(tokens).to_string(), expected.to_string());
        };
        check(quote!(&str), quote!(&'static str));
        check(quote!((&'a str, Cow<'_, [&u8]>)), quote!((&'a str, Cow<'static, [&'static u8]>)));
    }

    #[test]
    fn the_lifetimes_of_the_type_become_static() {
        let input: DeriveInput = syn::parse_quote! {
            enum List<'a, 'b> { End, Item(&'a &'b str, Box<Self>, PhantomData<for<'c> fn(&'c u8)>) }
        };
        let model = Model::new(&input).unwrap();
        let types = fields(&model).map(|field| model.without_lifetimes(field.ty.to_token_stream()));
        let types: Vec<_> = types.map(|ty| ty.to_string().replace(' ', "")).collect();
        let expected = ["&'static&'staticstr", "Box<List<'static,'static>>", "PhantomData<for<'c>fn(&'cu8)>"];
        assert_eq!(types, expected);
    }
}
