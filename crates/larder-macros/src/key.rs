//! What identifies a call: options and parameters become the parts of a key.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{
    Attribute, Expr, GenericArgument, GenericParam, Generics, PathArguments, Type, TypeParamBound,
    WherePredicate,
};

use crate::arguments::{self, Argument, Form};
use crate::errors::Errors;
use crate::model::Place;
use crate::names;
use crate::options::Options;
use crate::suggest;
use crate::template::{self, Piece, Purpose};
use crate::types;
use crate::values::{KeyForm, Names};

/// The key of a function.
pub(crate) enum Key {
    /// A tuple of parts.
    Parts(Vec<Part>),
    /// A text.
    Template(Vec<Piece>, Span),
}

/// A part of a key.
pub(crate) struct Part {
    /// The `#[cfg]`s of the parameter.
    pub(crate) conditions: Vec<Attribute>,
    /// Where an error about it belongs.
    pub(crate) span: Span,
    pub(crate) source: Source,
}

/// Where a part comes from.
#[derive(Clone)]
pub(crate) enum Source {
    /// The value of an expression.
    Value(TokenStream),
    /// A parameter, seen as this type.
    AsRef(Ident, Box<Type>),
}

/// Decides the key, and marks the arguments it is made of.
pub(crate) fn read(
    options: &Options,
    generics: &Generics,
    place: &Place,
    arguments: &mut [Argument],
    errors: &mut Errors,
) -> Key {
    let constants: Vec<Ident> = generics.const_params().map(|constant| constant.ident.clone()).collect();
    choose(options, arguments, errors);
    let key = match options.key.as_ref().map(|key| (&key.value, key.span())) {
        Some((KeyForm::Template(literal), _)) => {
            let names: Vec<Ident> = arguments
                .iter()
                .map(|argument| argument.name.clone())
                .chain(constants.iter().cloned())
                .collect();
            let mut mentioned = Vec::new();
            let purpose = if options.user.is_some() { Purpose::KeyBesideUser } else { Purpose::Key };
            let pieces = match template::parse(purpose, literal, &names, &mut mentioned) {
                Ok(pieces) => {
                    for constant in constants.iter().filter(|constant| !mentioned.contains(constant)) {
                        let remedy = format!(
                            "the constant `{constant}` must be part of the key; write `{{{constant}}}` into it"
                        );
                        errors.at(literal.span(), remedy);
                    }
                    pieces
                }
                Err(mistakes) => {
                    mistakes.into_iter().for_each(|mistake| errors.push(mistake));
                    Vec::new()
                }
            };
            arguments.iter_mut().for_each(|argument| argument.in_key = mentioned.contains(&argument.name));
            Key::Template(pieces, literal.span())
        }
        Some((KeyForm::Expression(expression), key)) => {
            let tokens = expression.to_token_stream();
            for argument in arguments.iter_mut() {
                argument.in_key = names::mentions(&tokens, &argument.name.to_string());
            }
            let slips = slips(expression, arguments, &constants);
            if slips.is_empty() && options.user.is_none() && !arguments.iter().any(|argument| argument.in_key)
            {
                errors.at(key, same_for_all(arguments));
            }
            slips.into_iter().for_each(|slip| errors.push(slip));
            Key::Parts(parts_of(expression, &constants))
        }
        None => Key::Parts(parts(&constants, generics, place, arguments, errors)),
    };
    writes(arguments, options.key.is_some(), errors);
    key
}

/// `only` and `ignore`.
fn choose(options: &Options, arguments: &mut [Argument], errors: &mut Errors) {
    if let (Some(only), Some(ignore)) = (&options.only, &options.ignore) {
        errors.at(
            only.later(ignore),
            "options `only` and `ignore` cannot be used together; name either what counts or what does not",
        );
    }
    let lists = [("only", &options.only), ("ignore", &options.ignore)];
    for (name, list) in lists.into_iter().filter_map(|(name, list)| Some((name, list.as_ref()?))) {
        if let Some(key) = &options.key {
            let message =
                format!("options `key` and `{name}` cannot be used together; `key` alone says what counts");
            errors.at(key.later(list), message);
        }
        known(&list.value, arguments, errors);
        let listed =
            |argument: &Argument| list.value.names.iter().any(|name| name.unraw() == argument.name.unraw());
        arguments.iter_mut().for_each(|argument| argument.in_key = listed(argument) == (name == "only"));
    }
    if let Some(only) = options.only.as_ref().filter(|only| only.value.names.is_empty()) {
        errors.at(
            only.value.span,
            format!(
                "`only` names nothing; name the parameters that count, or none of them with `ignore = [{}]`",
                arguments::names(arguments).join(", ")
            ),
        );
    }
    if let Some(ignore) = options.ignore.as_ref().filter(|ignore| ignore.value.names.is_empty()) {
        errors.at(
            ignore.value.span,
            "`ignore` names nothing; remove it, or name a parameter: `ignore = [database]`",
        );
    }
}

/// Whether every name of a list is a parameter.
fn known(list: &Names, arguments: &[Argument], errors: &mut Errors) {
    let legal = arguments::names(arguments);
    for name in &list.names {
        let written = name.unraw().to_string();
        if written == "self" && !legal.contains(&written) {
            errors.at(name.span(), "this function has no `self`; leave it out of the list");
        } else if !legal.contains(&written) {
            errors.at(name.span(), suggest::unknown("parameter", &written, &legal));
        }
    }
}

fn same_for_all(arguments: &[Argument]) -> String {
    if arguments.is_empty() {
        return "a function without parameters has one value and needs no key; remove `key`".to_owned();
    }
    let all = arguments::names(arguments).join(", ");
    format!(
        "this key names no parameter, so that all calls would share one value; name one, or write `ignore = [{all}]`"
    )
}

/// Variables that begin an element of the key and are nearly, but not quite, a parameter.
pub(crate) fn slips(expression: &Expr, arguments: &[Argument], constants: &[Ident]) -> Vec<syn::Error> {
    fn root(expression: &Expr) -> Option<&Ident> {
        match expression {
            Expr::Path(path) => path.path.get_ident(),
            Expr::Field(field) => root(&field.base),
            Expr::MethodCall(call) => root(&call.receiver),
            Expr::Reference(reference) => root(&reference.expr),
            Expr::Unary(unary) => root(&unary.expr),
            Expr::Index(index) => root(&index.expr),
            Expr::Cast(cast) => root(&cast.expr),
            Expr::Paren(paren) => root(&paren.expr),
            Expr::Group(group) => root(&group.expr),
            _ => None,
        }
    }
    let legal = arguments::names(arguments);
    let elements: Vec<&Expr> = match expression {
        Expr::Tuple(tuple) => tuple.elems.iter().collect(),
        other => vec![other],
    };
    let roots = elements.into_iter().filter_map(root);
    roots
        .filter(|name| name.to_string().starts_with(char::is_lowercase) && !constants.contains(name))
        .map(|name| (name.span(), name.unraw().to_string()))
        .filter(|(_, name)| !legal.contains(name) && suggest::nearest(name, &legal).is_some())
        .map(|(span, name)| syn::Error::new(span, suggest::unknown("parameter", &name, &legal)))
        .collect()
}

/// The parts of `key = expression`: the elements of a tuple, or the value itself.
fn parts_of(expression: &Expr, constants: &[Ident]) -> Vec<Part> {
    let part = |value: TokenStream| {
        let span = value.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span());
        Part { conditions: Vec::new(), span, source: Source::Value(value) }
    };
    let own = match expression {
        Expr::Tuple(tuple) => tuple.elems.iter().map(ToTokens::to_token_stream).map(part).collect(),
        other => vec![part(other.to_token_stream())],
    };
    constants.iter().map(ToTokens::to_token_stream).map(part).chain(own).collect()
}

/// The parts of a key made of arguments.
fn parts(
    constants: &[Ident],
    generics: &Generics,
    place: &Place,
    arguments: &mut [Argument],
    errors: &mut Errors,
) -> Vec<Part> {
    let constants = constants.iter().map(|constant| Part {
        conditions: Vec::new(),
        span: constant.span(),
        source: Source::Value(constant.to_token_stream()),
    });
    let mut parts: Vec<Part> = constants.collect();
    for argument in arguments.iter_mut().filter(|argument| argument.in_key) {
        let span = match &argument.form {
            Form::Receiver(receiver) => receiver.self_token.span,
            Form::Typed(ty) => types::anchor(ty),
        };
        let remedy = format!("leave it out with `ignore = [{}]`", argument.name);
        let source = source(argument, generics, place, span, &remedy, errors);
        parts.push(Part { conditions: argument.conditions().cloned().collect(), span, source });
    }
    if let Some(surplus) = parts.get(MOST) {
        errors.at(surplus.span, format!("a key has at most {MOST} parts; choose them with `only = [..]`, or put them in a struct with `#[derive(CacheKey)]`"));
    }
    parts
}

/// An argument as a part of a key, shown at `span`; `remedy` is what else to do where its type does not tell how.
pub(crate) fn source(
    argument: &mut Argument,
    generics: &Generics,
    place: &Place,
    span: Span,
    remedy: &str,
    errors: &mut Errors,
) -> Source {
    let mut name = argument.name.clone();
    let Form::Typed(ty) = &argument.form else { return Source::Value(name.into_token_stream()) };
    let seen = match seen_as(ty, generics) {
        // the body stands in the same function, and what it calls on the argument may not exist on the other type
        Ok(Some(Seen::Into(_))) if matches!(place, Place::Inside) => Err(types::anchor(ty)),
        seen => seen,
    };
    match seen {
        Ok(Some(Seen::AsRef(target))) => return Source::AsRef(name, Box::new(target)),
        Ok(Some(Seen::Into(target))) => argument.becomes = Some(target),
        Ok(None) => {}
        Err(span) => errors.at(
            span,
            format!(
                "the key cannot tell what this is; name the type with a parameter such as `T`, or {remedy}"
            ),
        ),
    }
    name.set_span(name.span().located_at(span));
    Source::Value(name.into_token_stream())
}

/// How a generic argument is seen by the key.
enum Seen {
    AsRef(Type),
    Into(Type),
}

/// `impl AsRef<T>`, `impl Into<T>`, and type parameters with `AsRef<T>`; the place of other `impl Trait`s.
fn seen_as(ty: &Type, generics: &Generics) -> Result<Option<Seen>, Span> {
    let mut inner = types::bare(ty);
    let mut behind_reference = false;
    while let Type::Reference(reference) = inner {
        inner = types::bare(&reference.elem);
        behind_reference = true;
    }
    match inner {
        Type::ImplTrait(opaque) => {
            let refused = Err(opaque.impl_token.span);
            let mut telling = opaque.bounds.iter().filter(|bound| !is_marker(bound));
            match (telling.next(), telling.next()) {
                (Some(bound), None) => match argument_of(bound) {
                    Some(("AsRef", target)) => Ok(Some(Seen::AsRef(target))),
                    Some(("Into", target)) if !behind_reference && types::borrowed(&target).is_none() => {
                        Ok(Some(Seen::Into(target)))
                    }
                    _ => refused,
                },
                _ => refused,
            }
        }
        Type::Path(path) => {
            let mut bounds = path.path.get_ident().map_or_else(Vec::new, |name| bounds_of(name, generics));
            let keyed = |bound: &&TypeParamBound| matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| last.ident == "Hash" || last.ident == "CacheKey"));
            if bounds.iter().any(keyed) {
                bounds.clear();
            }
            let target =
                bounds.into_iter().find_map(|bound| argument_of(bound).filter(|(name, _)| *name == "AsRef"));
            match (target, types::opaque(ty)) {
                (Some((_, target)), _) => Ok(Some(Seen::AsRef(target))),
                (None, Some(span)) => Err(span),
                (None, None) => Ok(None),
            }
        }
        other => types::opaque(other).map_or(Ok(None), Err),
    }
}

/// The bounds of a type parameter, wherever they are written.
fn bounds_of<'a>(name: &Ident, generics: &'a Generics) -> Vec<&'a TypeParamBound> {
    let inline = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) if parameter.ident == *name => Some(&parameter.bounds),
        _ => None,
    });
    let behind = generics.where_clause.iter().flat_map(|clause| &clause.predicates).filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) if matches!(types::bare(&predicate.bounded_ty), Type::Path(path) if path.path.is_ident(name)) => {
            Some(&predicate.bounds)
        }
        _ => None,
    });
    inline.chain(behind).flatten().collect()
}

/// `T` and the trait's name of a bound `Trait<T>`.
fn argument_of(bound: &TypeParamBound) -> Option<(&'static str, Type)> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let last = bound.path.segments.last()?;
    let name = ["AsRef", "Into"].into_iter().find(|name| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some((name, ty.clone())),
        _ => None,
    }
}

/// Bounds that say nothing of what a value is.
fn is_marker(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|last| MARKERS.iter().any(|marker| last.ident == marker))
        }
        _ => true,
    }
}

/// Refuses arguments the function writes into: a hit would not write.
fn writes(arguments: &[Argument], has_key: bool, errors: &mut Errors) {
    for argument in arguments.iter().filter(|argument| argument.in_key) {
        let Some(span) = argument.mutable() else { continue };
        let name = &argument.name;
        let remedy = if has_key {
            "leave it out of the key".to_owned()
        } else {
            format!("leave it out of the key with `ignore = [{name}]`")
        };
        errors.at(span, format!("a hit does not run the function, so nothing would be written here; return the result, or {remedy}"));
    }
}

/// Traits that may stand beside `AsRef` and `Into`.
const MARKERS: &[&str] = &["Send", "Sync", "Sized", "Unpin", "Copy", "Clone", "Debug"];

/// The largest tuple the runtime takes as a key.
pub(crate) const MOST: usize = 16;
