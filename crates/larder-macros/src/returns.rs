//! What a function gives back: a value, or a future of one.

use proc_macro2::Span;
use syn::{GenericArgument, PathArguments, ReturnType, Signature, Type, TypeParamBound};

use crate::errors::Errors;
use crate::types;

/// What a function returns.
pub(crate) struct Returns {
    /// How the value is handed over.
    pub(crate) kind: Kind,
    /// The type behind the `->`.
    pub(crate) declared: Type,
    /// The type of the value; for futures that of their output.
    pub(crate) value: Type,
}

/// How a function hands its value over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It returns the value.
    Value,
    /// It is an `async fn`.
    Async,
    /// It returns `impl Future<Output = Value>`, or the same in a box. `bound` says whether the future's type names a
    /// lifetime.
    Future { boxed: bool, bound: bool },
}

impl Returns {
    /// Reads the return type; `None` when there is nothing to cache, which is then among the errors.
    pub(crate) fn read(signature: &Signature, errors: &mut Errors) -> Option<Self> {
        let ReturnType::Type(_, declared) = &signature.output else {
            errors.at(signature.ident.span(), NOTHING);
            return None;
        };
        let (kind, value) = match (signature.asyncness, future(declared)) {
            (Some(_), _) => (Kind::Async, (**declared).clone()),
            (None, Some((kind, output))) => (kind, output),
            (None, None) => (Kind::Value, (**declared).clone()),
        };
        if let Some((span, message)) = refused(&value) {
            errors.at(span, message);
            return None;
        }
        Some(Self { kind, declared: (**declared).clone(), value })
    }
}

/// Why values of this type cannot be cached, as far as its spelling tells.
fn refused(value: &Type) -> Option<(Span, &'static str)> {
    match types::bare(value) {
        Type::Tuple(tuple) if tuple.elems.is_empty() => return Some((types::anchor(value), NOTHING)),
        Type::Never(never) => {
            return Some((
                never.bang_token.span,
                "a function that never returns has no value to cache; remove `#[cached]`",
            ));
        }
        _ => {}
    }
    if let Some(span) = types::opaque(value) {
        return Some((
            span,
            "`#[cached]` needs a return type it can name; collect an iterator into a `Vec`, or write the concrete type",
        ));
    }
    types::borrowed(value).map(|span| (span, "a cached value outlives the call and cannot borrow; return an owned value such as `String`, `Vec<_>` or `Arc<_>`"))
}

/// The output of `impl Future<Output = T>`, `Pin<Box<dyn Future<Output = T>>>` and `BoxFuture<'a, T>`.
fn future(ty: &Type) -> Option<(Kind, Type)> {
    match types::bare(ty) {
        Type::ImplTrait(opaque) => {
            let bound = opaque.bounds.iter().any(|bound| matches!(bound, TypeParamBound::Lifetime(_)));
            Some((Kind::Future { boxed: false, bound }, output(opaque.bounds.iter())?))
        }
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            match (last.ident.to_string().as_str(), arguments.args.first()?, arguments.args.get(1)) {
                ("Pin", GenericArgument::Type(pinned), None) => {
                    let Type::Path(path) = types::bare(pinned) else { return None };
                    let last = path.path.segments.last().filter(|last| last.ident == "Box")?;
                    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
                    let GenericArgument::Type(inner) = arguments.args.first()? else { return None };
                    let Type::TraitObject(object) = types::bare(inner) else { return None };
                    let bound =
                        object.bounds.iter().any(|bound| matches!(bound, TypeParamBound::Lifetime(_)));
                    Some((Kind::Future { boxed: true, bound }, output(object.bounds.iter())?))
                }
                (
                    "BoxFuture" | "LocalBoxFuture",
                    GenericArgument::Lifetime(lifetime),
                    Some(GenericArgument::Type(output)),
                ) => Some((Kind::Future { boxed: true, bound: lifetime.ident != "static" }, output.clone())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The `Output` of the `Future` among some bounds.
fn output<'a>(mut bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<Type> {
    bounds.find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last().filter(|last| last.ident == "Future")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(associated) if associated.ident == "Output" => {
                Some(associated.ty.clone())
            }
            _ => None,
        })
    })
}

const NOTHING: &str =
    "a function that returns nothing has no value to cache; return a value, or remove `#[cached]`";
