//! What the derive will write: the fields that identify a value, and how each does.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Data, DeriveInput, Error, ExprPath, Fields, GenericParam, Generics, Index, Member, Path,
    Token, Type,
};

use super::options::{CONVERSION, Options, Place};
use crate::errors::Errors;
use crate::spanned::Spanned;

/// A type whose key can be derived.
pub(super) struct Model<'a> {
    pub(super) name: &'a Ident,
    pub(super) generics: &'a Generics,
    pub(super) runtime: TokenStream,
    pub(super) shape: Shape<'a>,
}

pub(super) enum Shape<'a> {
    Struct(Body<'a>),
    Enum(Vec<Body<'a>>),
}

/// A struct or a variant.
pub(super) struct Body<'a> {
    pub(super) name: &'a Ident,
    /// The fields that are part of the key.
    pub(super) fields: Vec<Field<'a>>,
    /// Whether there are others.
    pub(super) skips: bool,
    /// Whether it is written without fields at all.
    pub(super) unit: bool,
}

pub(super) struct Field<'a> {
    pub(super) member: Member,
    /// Its number among the fields of the key, of all variants.
    pub(super) number: usize,
    pub(super) ty: &'a Type,
    pub(super) identity: Identity,
    /// Whether its type depends on a type or const parameter.
    pub(super) generic: bool,
    /// Whether its type contains the type it is a field of.
    pub(super) recursive: bool,
}

/// What identifies a field.
pub(super) enum Identity {
    /// Its `CacheKey`.
    Key,
    /// Its `Hash` and `Eq`.
    Hash,
    /// The `CacheKey` of what a function makes of it.
    With(ExprPath, Box<Type>),
}

impl<'a> Model<'a> {
    /// Checks everything; all mistakes are one error.
    pub(super) fn new(input: &'a DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let options = Options::read(&input.attrs, Place::Type, &mut errors);
        refuse_packed(&input.attrs, &mut errors);
        let shape = Reader { input, errors: &mut errors, fields: 0 }.shape();
        errors.finish(Self {
            name: &input.ident,
            generics: &input.generics,
            runtime: runtime(options.runtime.map(|option| option.value)),
            shape,
        })
    }

    pub(super) fn bodies(&self) -> &[Body<'a>] {
        match &self.shape {
            Shape::Struct(body) => std::slice::from_ref(body),
            Shape::Enum(bodies) => bodies,
        }
    }
}

/// The path of what generated code may call.
pub(super) fn runtime(given: Option<Path>) -> TokenStream {
    given.map_or_else(|| quote!(::larder::__private), |path| quote!(#path::__private))
}

struct Reader<'a, 'e> {
    input: &'a DeriveInput,
    errors: &'e mut Errors,
    fields: usize,
}

impl<'a> Reader<'a, '_> {
    fn shape(&mut self) -> Shape<'a> {
        match &self.input.data {
            Data::Struct(data) => {
                let body = self.body(&self.input.ident, &data.fields);
                self.refuse_constant(&body);
                Shape::Struct(body)
            }
            Data::Enum(data) => {
                let mut bodies = Vec::new();
                for variant in &data.variants {
                    Options::read(&variant.attrs, Place::Variant, self.errors);
                    bodies.push(self.body(&variant.ident, &variant.fields));
                }
                if let [body] = &bodies[..] {
                    self.refuse_constant(body);
                }
                Shape::Enum(bodies)
            }
            Data::Union(data) => {
                self.errors.at(
                    data.union_token.span,
                    "`#[derive(CacheKey)]` cannot be used on a union: nothing says which field is set; \
                     write `impl CacheKey` by hand",
                );
                Shape::Enum(Vec::new())
            }
        }
    }

    fn body(&mut self, name: &'a Ident, fields: &'a Fields) -> Body<'a> {
        let mut body = Body { name, fields: Vec::new(), skips: false, unit: matches!(fields, Fields::Unit) };
        for (position, field) in fields.iter().enumerate() {
            let Some(identity) = self.identity(field) else {
                body.skips = true;
                continue;
            };
            let member = match &field.ident {
                Some(ident) => Member::Named(ident.clone()),
                None => Member::Unnamed(Index::from(position)),
            };
            let number = self.fields;
            self.fields += 1;
            body.fields.push(self.field(number, member, &field.ty, identity));
        }
        body
    }

    fn field(&mut self, number: usize, member: Member, ty: &'a Type, identity: Identity) -> Field<'a> {
        let named = idents(ty.to_token_stream());
        let own = Ident::from(<Token![Self]>::default());
        let recursion = named.iter().find(|ident| **ident == self.input.ident || **ident == own);
        let recursion = recursion.filter(|_| matches!(identity, Identity::Key));
        let parameters: Vec<_> = self.input.generics.params.iter().filter_map(parameter).collect();
        if let (Some(ident), false) = (recursion, parameters.is_empty()) {
            self.errors.at(
                ident.span(),
                "a generic type cannot contain itself in its key; \
                 identify this field by its `Hash` and `Eq`: `#[cache_key(hash)]`",
            );
        }
        let generic =
            named.iter().any(|ident| parameters.contains(&ident) || *ident == own && !parameters.is_empty());
        Field { member, number, ty, identity, generic, recursive: recursion.is_some() }
    }

    /// What identifies a field; nothing when it is left out.
    fn identity(&mut self, field: &syn::Field) -> Option<Identity> {
        let options = Options::read(&field.attrs, Place::Field, self.errors);
        self.refuse_pairs(&options);
        let Options { skip, hash, with, conversion, .. } = options;
        match (skip, hash, with, conversion) {
            (Some(_), ..) => None,
            (_, Some(_), ..) => {
                self.refuse_borrowed(&field.ty);
                Some(Identity::Hash)
            }
            (.., Some(with), Some(conversion)) => {
                Some(Identity::With(with.value, Box::new(conversion.value)))
            }
            (.., Some(with), None) => {
                let message = "option `with` needs the type its function returns";
                self.errors.at(with.span(), format!("{message}: `{CONVERSION}`"));
                Some(Identity::Hash)
            }
            (.., None, Some(conversion)) => {
                let message = "option `as` needs the function that converts the field";
                self.errors.at(conversion.span(), format!("{message}: `{CONVERSION}`"));
                Some(Identity::Hash)
            }
            (None, None, None, None) => Some(Identity::Key),
        }
    }

    fn refuse_pairs(&mut self, options: &Options) {
        let Options { skip, hash, with, conversion, .. } = options;
        let with = with.as_ref().map(key).or(conversion.as_ref().map(key));
        let mut given: Vec<_> =
            [skip.as_ref().map(key), hash.as_ref().map(key), with].into_iter().flatten().collect();
        given.sort_by_key(|(order, _)| *order);
        if let [(_, first), (_, second), ..] = given[..] {
            let message =
                format!("options `{first}` and `{second}` cannot be used together; keep one of them");
            self.errors.at(second.span(), message);
        }
    }

    fn refuse_constant(&mut self, body: &Body<'_>) {
        if body.skips && body.fields.is_empty() {
            let name = body.name;
            self.errors.at(
                name.span(),
                format!(
                    "every field of `{name}` is skipped, so that all its values would be one key; \
                     keep a field, or leave the argument out with `ignore = [argument]`"
                ),
            );
        }
    }

    fn refuse_borrowed(&mut self, ty: &Type) {
        if borrows(ty.to_token_stream()) {
            self.errors.push(Error::new_spanned(
                ty,
                format!(
                    "`hash` keeps a clone of the field, which must not borrow; convert it: `{CONVERSION}`"
                ),
            ));
        }
    }
}

fn refuse_packed(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        let packed = idents(attribute.meta.to_token_stream()).into_iter().find(|ident| ident == "packed");
        if let Some(packed) = packed {
            errors.at(
                packed.span(),
                "`#[derive(CacheKey)]` cannot borrow the fields of a packed type; \
                 write `impl CacheKey` by hand",
            );
        }
    }
}

/// The name of a type or const parameter.
fn parameter(parameter: &GenericParam) -> Option<&Ident> {
    match parameter {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
    }
}

fn key<T>(option: &Spanned<T>) -> (usize, &Ident) {
    (option.order, &option.key)
}

/// The identifiers that stand alone or begin a path; not those of lifetimes.
fn idents(tokens: TokenStream) -> Vec<Ident> {
    let mut found = Vec::new();
    let mut before = [' '; 2];
    for token in tokens {
        let last = match token {
            TokenTree::Ident(ident) => {
                if before != [':', ':'] && before[1] != '\'' {
                    found.push(ident);
                }
                ' '
            }
            TokenTree::Group(group) => {
                found.extend(idents(group.stream()));
                ' '
            }
            TokenTree::Punct(punct) => punct.as_char(),
            TokenTree::Literal(_) => ' ',
        };
        before = [before[1], last];
    }
    found
}

/// Whether a type names a lifetime other than `'static`.
fn borrows(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let borrows = match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                !matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "static")
            }
            TokenTree::Group(group) => borrows(group.stream()),
            _ => false,
        };
        if borrows {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn found(tokens: TokenStream) -> String {
        idents(tokens).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_the_beginnings_of_paths_are_names() {
        assert_eq!(found(quote!(Vec<T>)), "Vec T");
        assert_eq!(found(quote!(T::Id)), "T");
        assert_eq!(found(quote!(<T as a::Trait>::T)), "T as a");
        assert_eq!(found(quote!(&'T [::std::u8; N])), "N");
        assert_eq!(found(quote!(fn(T) -> Self)), "fn T Self");
    }

    #[test]
    fn only_static_lifetimes_last() {
        assert!(borrows(quote!(&'a str)));
        assert!(borrows(quote!((u8, Vec<Query<'_>>))));
        assert!(!borrows(quote!((&'static str, char))));
    }
}
