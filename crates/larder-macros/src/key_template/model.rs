//! What the derive will write: the template of each variant, checked.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, Generics, LitStr, Member, Path, Token, Type,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

use super::collision::{self, Part};
use crate::{
    errors::Errors,
    template::{self, Piece, Purpose},
};

/// A type whose keys have templates.
pub(super) struct Model<'a> {
    pub(super) name: &'a Ident,
    pub(super) generics: &'a Generics,
    pub(super) runtime: TokenStream,
    pub(super) variants: Vec<Variant>,
}

/// A variant, or the struct itself.
pub(super) struct Variant {
    /// How a value of it is matched: `Self` or `Self::User`.
    pub(super) path: TokenStream,
    pub(super) literal: LitStr,
    pub(super) pieces: Vec<Piece>,
    /// The fields in the template: what each is called in the type, and in the match.
    pub(super) fields: Vec<Field>,
    name: String,
}

pub(super) struct Field {
    pub(super) member: Member,
    pub(super) name: Ident,
    /// Its type, if that is an integer.
    pub(super) integer: Option<Ident>,
}

/// What `#[key(..)]` says.
enum Said {
    Template(LitStr),
    Skip(Ident),
    Runtime(Path),
}

impl<'a> Model<'a> {
    /// Checks everything; all mistakes are one error.
    pub(super) fn new(input: &'a DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let variants = variants(input, &mut errors);
        for (at, variant) in variants.iter().enumerate() {
            let own = variant.parts();
            let collides = |other: &&Variant| collision::between(&own, &other.parts());
            if let Some((other, text)) =
                variants[..at].iter().find_map(|other| Some((other, collides(&other)?)))
            {
                errors.at(
                    variant.literal.span(),
                    format!(
                        "this template can give the same key as the one of `{}`, such as `{text}`; begin one of them with another word",
                        other.name
                    ),
                );
            }
        }
        let runtime = runtime(&input.attrs);
        errors.finish(Self { name: &input.ident, generics: &input.generics, runtime, variants })
    }
}

impl Variant {
    fn parts(&self) -> Vec<Part> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => Part::Text(text.value()),
                Piece::Value(path) if self.integer(path).is_some() => Part::Integer,
                Piece::Value(_) => Part::Any,
            })
            .collect()
    }

    /// The type of a placeholder, if it is an integer: a whole field, by its name.
    pub(super) fn integer(&self, path: &TokenStream) -> Option<&Ident> {
        let path = path.to_string();
        self.fields.iter().find(|field| field.name == path)?.integer.as_ref()
    }

    /// Whether a placeholder is a whole field, which the match gives by reference.
    pub(super) fn is_field(&self, path: &TokenStream) -> bool {
        let path = path.to_string();
        self.fields.iter().any(|field| field.name == path)
    }
}

/// The path of what generated code may call.
pub(super) fn runtime(attributes: &[Attribute]) -> TokenStream {
    let said = attributes.iter().filter(|attribute| attribute.path().is_ident("key"));
    let path = said.filter_map(|attribute| attribute.parse_args::<Said>().ok()).find_map(|said| match said {
        Said::Runtime(path) => Some(path),
        _ => None,
    });
    path.map_or_else(|| quote!(::larder::__private), |path| quote!(#path::__private))
}

fn variants(input: &DeriveInput, errors: &mut Errors) -> Vec<Variant> {
    let name = input.ident.to_string();
    match &input.data {
        Data::Struct(data) => {
            let variant = variant(&input.ident, &input.attrs, &data.fields, quote!(Self), name, true, errors);
            variant.into_iter().collect()
        }
        Data::Enum(data) => {
            for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("key")) {
                match errors.take(attribute.parse_args::<Said>()) {
                    Some(Said::Runtime(_)) | None => {}
                    Some(Said::Template(literal)) => errors.at(
                        literal.span(),
                        "an enum has a template for each variant; put this above the variant it is meant for",
                    ),
                    Some(Said::Skip(skip)) => errors.at(skip.span(), SKIP_ELSEWHERE),
                }
            }
            let each = data.variants.iter().filter_map(|one| {
                let ident = &one.ident;
                let path = quote!(Self::#ident);
                variant(ident, &one.attrs, &one.fields, path, ident.unraw().to_string(), false, errors)
            });
            each.collect()
        }
        Data::Union(data) => {
            errors.at(
                data.union_token.span,
                "`#[derive(KeyTemplate)]` cannot be used on a union: nothing says which field is set; use an enum",
            );
            Vec::new()
        }
    }
}

fn variant(
    ident: &Ident,
    attributes: &[Attribute],
    fields: &Fields,
    path: TokenStream,
    name: String,
    is_struct: bool,
    errors: &mut Errors,
) -> Option<Variant> {
    let all = named(fields, errors);
    let literal = literal(ident, attributes, &all, is_struct, errors)?;
    if literal.value().is_empty() {
        errors.at(literal.span(), format!("a key cannot be empty; write `{}`", example(ident, &all)));
        return None;
    }
    let names: Vec<_> = all.iter().map(|(field, _)| field.name.clone()).collect();
    let mut mentioned = Vec::new();
    let pieces = match template::parse(Purpose::Field, &literal, &names, &mut mentioned) {
        Ok(pieces) => pieces,
        Err(wrong) => {
            wrong.into_iter().for_each(|error| errors.push(error));
            return None;
        }
    };
    let (mentioned, missing): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(field, _)| mentioned.contains(&field.name));
    for (field, span) in missing {
        let shown = template::shown(&field.name.unraw().to_string()).to_owned();
        errors.at(
            span,
            format!(
                "this field is not in the template, so that keys which differ in it would be one; put `{{{shown}}}` there, or write `#[key(skip)]` above the field"
            ),
        );
    }
    let fields = mentioned.into_iter().map(|(field, _)| field).collect();
    Some(Variant { path, literal, pieces, fields, name })
}

/// The fields that are to be in the template, each with its place.
fn named(fields: &Fields, errors: &mut Errors) -> Vec<(Field, Span)> {
    let mut all = Vec::new();
    for (position, field) in fields.iter().enumerate() {
        let mut is_skipped = false;
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("key")) {
            match errors.take(attribute.parse_args::<Said>()) {
                Some(Said::Skip(_)) => is_skipped = true,
                Some(Said::Template(literal)) => {
                    errors.at(literal.span(), "a field has no template; write `#[key(skip)]`, or nothing")
                }
                Some(Said::Runtime(path)) => {
                    errors.push(Error::new_spanned(path, "`crate` stands above the type"));
                }
                None => {}
            }
        }
        if is_skipped {
            continue;
        }
        let (member, name) = match &field.ident {
            Some(ident) => (Member::Named(ident.clone()), ident.clone()),
            None => (Member::Unnamed(position.into()), template::positioned(position)),
        };
        let span = field.ident.as_ref().map_or_else(|| syn::spanned::Spanned::span(&field.ty), Ident::span);
        all.push((Field { member, name, integer: integer(&field.ty) }, span));
    }
    all
}

fn literal(
    ident: &Ident,
    attributes: &[Attribute],
    fields: &[(Field, Span)],
    is_struct: bool,
    errors: &mut Errors,
) -> Option<LitStr> {
    let mut found = None;
    let mut is_wrong = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("key")) {
        match errors.take(attribute.parse_args::<Said>()) {
            Some(Said::Template(literal)) if found.is_some() => {
                errors.at(literal.span(), "a key has one template; remove this one");
            }
            Some(Said::Template(literal)) => found = Some(literal),
            Some(Said::Skip(skip)) => errors.at(skip.span(), SKIP_ELSEWHERE),
            Some(Said::Runtime(path)) if !is_struct => {
                errors.push(Error::new_spanned(path, "`crate` stands above the type"));
            }
            Some(Said::Runtime(_)) => {}
            None => is_wrong = true,
        }
    }
    if found.is_none() && !is_wrong {
        errors.at(
            ident.span(),
            format!("`{ident}` has no template; write `#[key(\"{}\")]` above it", example(ident, fields)),
        );
    }
    found
}

/// What a template of it could be.
fn example(ident: &Ident, fields: &[(Field, Span)]) -> String {
    let mut text = ident.unraw().to_string().to_lowercase();
    for (field, _) in fields {
        text.push_str(&format!(":{{{}}}", template::shown(&field.name.unraw().to_string())));
    }
    text
}

/// The type of a field, if it is an integer.
fn integer(ty: &Type) -> Option<Ident> {
    let Type::Path(path) = ty else { return None };
    let ident = path.path.get_ident().filter(|_| path.qself.is_none())?;
    INTEGERS.iter().any(|name| ident == name).then(|| ident.clone())
}

impl Parse for Said {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let literal = input.parse()?;
            return if input.is_empty() { Ok(Self::Template(literal)) } else { Err(input.error(USAGE)) };
        }
        let word = Ident::parse_any(input).map_err(|error| Error::new(error.span(), USAGE))?;
        let said = match word.to_string().as_str() {
            "skip" => Self::Skip(word),
            "crate" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                Self::Runtime(input.call(Path::parse_mod_style)?)
            }
            _ => return Err(Error::new(word.span(), USAGE)),
        };
        if input.is_empty() { Ok(said) } else { Err(input.error(USAGE)) }
    }
}

const USAGE: &str = "a template is text in quotes, such as `#[key(\"user:{id}\")]`; above a field there may be `#[key(skip)]`, above the type `#[key(crate = path)]`";

const SKIP_ELSEWHERE: &str = "`skip` leaves a field out of the key; put it above a field";

const INTEGERS: [&str; 12] =
    ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];
