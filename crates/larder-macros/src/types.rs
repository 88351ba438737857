//! Looking at types by their spelling: where they stand, what they borrow.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, Lifetime, PathArguments, Type, TypeParamBound};

/// The one token of a type under which an error about it is best shown: the name, not the `&` before it.
pub(crate) fn anchor(ty: &Type) -> Span {
    match ty {
        Type::Reference(reference) => anchor(&reference.elem),
        Type::Slice(slice) => anchor(&slice.elem),
        Type::Array(array) => anchor(&array.elem),
        Type::Group(group) => anchor(&group.elem),
        Type::Paren(paren) => anchor(&paren.elem),
        Type::Tuple(tuple) => tuple.paren_token.span.join(),
        Type::Path(path) if path.qself.is_none() => {
            path.path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span())
        }
        other => {
            other.to_token_stream().into_iter().next().map_or_else(Span::call_site, |first| first.span())
        }
    }
}

/// The type without parentheses and invisible groups around it.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}

/// Where a type says `impl Trait`, if it does.
pub(crate) fn opaque(ty: &Type) -> Option<Span> {
    fn find(tokens: TokenStream) -> Option<Span> {
        tokens.into_iter().find_map(|tree| match tree {
            TokenTree::Ident(ident) if ident == "impl" => Some(ident.span()),
            TokenTree::Group(group) => find(group.stream()),
            _ => None,
        })
    }
    find(ty.to_token_stream())
}

/// Where a type borrows for less than `'static`, if it does.
pub(crate) fn borrowed(ty: &Type) -> Option<Span> {
    let mut found = None;
    each_lifetime(&mut ty.clone(), &mut |place| {
        let span = match place {
            Place::Reference(Some(lifetime), _) | Place::Named(lifetime) if lifetime.ident == "static" => {
                return;
            }
            Place::Reference(_, ampersand) => ampersand,
            Place::Named(lifetime) => lifetime.span(),
        };
        found.get_or_insert(span);
    });
    found
}

/// A type that owns what `ty` borrows, as text, where it is clear which: `String` for `&str`, `Vec<T>` for `&[T]`,
/// `Arc<T>` for `&T`.
pub(crate) fn owned(ty: &Type) -> Option<String> {
    match bare(ty) {
        Type::Reference(reference) => match bare(&reference.elem) {
            other if borrowed(other).is_some() => None,
            Type::Slice(slice) => Some(format!("Vec<{}>", text(&slice.elem)?)),
            Type::Path(path) if path.path.is_ident("str") => Some("String".to_owned()),
            other if reference.mutability.is_some() => Some(format!("Arc<Mutex<{}>>", text(other)?)),
            other => Some(format!("Arc<{}>", text(other)?)),
        },
        Type::Path(path) => {
            let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            match (arguments.args.first()?, arguments.args.len()) {
                (GenericArgument::Type(inner), 1) => Some(format!("Option<{}>", owned(inner)?)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A path as one writes it; `None` for other types.
fn text(ty: &Type) -> Option<String> {
    let path = matches!(bare(ty), Type::Path(_)).then(|| bare(ty).to_token_stream().to_string())?;
    let words = path.contains(|c: char| !(c.is_alphanumeric() || "_:<>, ".contains(c)));
    (!words).then(|| path.replace(' ', "").replace(',', ", "))
}

/// Where a type says `&mut`, if it does.
pub(crate) fn mutable(ty: &Type) -> Option<Span> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_some() => Some(reference.and_token.span),
        Type::Reference(reference) => mutable(&reference.elem),
        Type::Slice(slice) => mutable(&slice.elem),
        Type::Array(array) => mutable(&array.elem),
        Type::Group(group) => mutable(&group.elem),
        Type::Paren(paren) => mutable(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(mutable),
        Type::Path(path) => path.path.segments.iter().find_map(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::Type(ty) => mutable(ty),
                    _ => None,
                })
            }
            _ => None,
        }),
        _ => None,
    }
}

/// `ty` with every lifetime but `'static`, also those left out of references, called `lifetime`.
pub(crate) fn with_lifetime(ty: &Type, lifetime: &Lifetime) -> Type {
    let mut ty = ty.clone();
    each_lifetime(&mut ty, &mut |place| match place {
        Place::Reference(Some(found), _) | Place::Named(found) if found.ident == "static" => {}
        Place::Reference(found, _) => *found = Some(lifetime.clone()),
        Place::Named(found) => *found = lifetime.clone(),
    });
    ty
}

/// A place where a type has a lifetime, or could have one.
enum Place<'a> {
    /// Behind the `&` of a reference, whose place comes with it.
    Reference(&'a mut Option<Lifetime>, Span),
    /// Anywhere else.
    Named(&'a mut Lifetime),
}

/// Visits every lifetime of a type; those bound inside it (`for<'a>`, `fn(&T)`, `Fn(&T)`) are not the function's.
fn each_lifetime(ty: &mut Type, visit: &mut dyn FnMut(Place<'_>)) {
    match ty {
        Type::Reference(reference) => {
            visit(Place::Reference(&mut reference.lifetime, reference.and_token.span));
            each_lifetime(&mut reference.elem, visit);
        }
        Type::Slice(slice) => each_lifetime(&mut slice.elem, visit),
        Type::Array(array) => each_lifetime(&mut array.elem, visit),
        Type::Group(group) => each_lifetime(&mut group.elem, visit),
        Type::Paren(paren) => each_lifetime(&mut paren.elem, visit),
        Type::Ptr(pointer) => each_lifetime(&mut pointer.elem, visit),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|elem| each_lifetime(elem, visit)),
        Type::Path(path) => {
            if let Some(qself) = &mut path.qself {
                each_lifetime(&mut qself.ty, visit);
            }
            of_path(&mut path.path, visit);
        }
        Type::TraitObject(object) => object.bounds.iter_mut().for_each(|bound| of_bound(bound, visit)),
        Type::ImplTrait(object) => object.bounds.iter_mut().for_each(|bound| of_bound(bound, visit)),
        _ => {}
    }
}

fn of_path(path: &mut syn::Path, visit: &mut dyn FnMut(Place<'_>)) {
    for segment in &mut path.segments {
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { continue };
        for argument in &mut arguments.args {
            match argument {
                GenericArgument::Lifetime(lifetime) => visit(Place::Named(lifetime)),
                GenericArgument::Type(ty) => each_lifetime(ty, visit),
                GenericArgument::AssocType(associated) => each_lifetime(&mut associated.ty, visit),
                _ => {}
            }
        }
    }
}

fn of_bound(bound: &mut TypeParamBound, visit: &mut dyn FnMut(Place<'_>)) {
    match bound {
        TypeParamBound::Lifetime(lifetime) => visit(Place::Named(lifetime)),
        TypeParamBound::Trait(bound) => {
            let own: Vec<_> = bound
                .lifetimes
                .iter()
                .flat_map(|bound| &bound.lifetimes)
                .map(|own| own.to_token_stream().to_string())
                .collect();
            of_path(&mut bound.path, &mut |place| match place {
                Place::Named(lifetime) if own.contains(&lifetime.to_string()) => {}
                other => visit(other),
            });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn what_borrows_is_seen_through_types() {
        for ty in [
            parse_quote!(&str),
            parse_quote!(Cow<'a, str>),
            parse_quote!(Vec<(u8, &'_ T)>),
            parse_quote!(Box<dyn A + 'a>),
        ] {
            assert!(borrowed(&ty).is_some(), "{}", ty.to_token_stream());
        }
        let free: [Type; 5] = [
            parse_quote!(&'static str),
            parse_quote!(fn(&str) -> &str),
            parse_quote!(Box<dyn for<'x> Visit<'x>>),
            parse_quote!(Arc<dyn Fn(&str) -> &str>),
            parse_quote!(Result<Vec<u8>, Error>),
        ];
        for ty in free {
            assert!(borrowed(&ty).is_none(), "{}", ty.to_token_stream());
        }
    }

    #[test]
    fn what_owns_is_said_where_it_is_clear() {
        let said = |ty| owned(&ty).unwrap_or_default();
        assert_eq!(said(parse_quote!(&str)), "String");
        assert_eq!(said(parse_quote!(&'a [u8])), "Vec<u8>");
        assert_eq!(said(parse_quote!(&HashMap<u8, db::Row>)), "Arc<HashMap<u8, db::Row>>");
        assert_eq!(said(parse_quote!(&mut Vec<u64>)), "Arc<Mutex<Vec<u64>>>");
        assert_eq!(said(parse_quote!(Option<&str>)), "Option<String>");
        assert_eq!(said(parse_quote!(Option<&Row>)), "Option<Arc<Row>>");
        let unclear: [Type; 4] = [
            parse_quote!(&dyn Display),
            parse_quote!(Cow<'a, str>),
            parse_quote!(&[&str]),
            parse_quote!((&str, u8)),
        ];
        assert!(unclear.iter().all(|ty| owned(ty).is_none()));
    }

    #[test]
    fn one_lifetime_for_all() {
        let lifetime = parse_quote!('l);
        let named = |ty| with_lifetime(&ty, &lifetime).to_token_stream().to_string();
        assert_eq!(named(parse_quote!(&str)), named(parse_quote!(&'l str)));
        assert_eq!(named(parse_quote!((&'a [&'b T], &'static str))), "(& 'l [& 'l T] , & 'static str)");
        assert_eq!(named(parse_quote!(Option<Page<'_>>)), named(parse_quote!(Option<Page<'l>>)));
    }
}
