//! What a value can be invalidated by beside its key: its tags, and the user it belongs to.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, Generics, LitStr};

use crate::arguments::Argument;
use crate::errors::Errors;
use crate::key::{self, Key, Part, Source};
use crate::model::Place;
use crate::names;
use crate::options::Options;
use crate::template::{self, Piece, Purpose};
use crate::values::KeyForm;

/// The scopes of a function's values.
pub(crate) struct Scopes {
    pub(crate) tags: Vec<Tag>,
    pub(crate) user: Option<User>,
}

/// A tag.
pub(crate) enum Tag {
    /// The same for every call.
    Text(LitStr),
    /// A text with placeholders.
    Template(Vec<Piece>, Span),
    /// The text of an expression.
    Expression(TokenStream, Span),
}

/// Whose value it is.
pub(crate) enum User {
    /// A part the key has anyway.
    Of(Part),
    /// One more part of the key.
    Beside(Part),
}

/// Reads both, and marks the arguments they are made of.
pub(crate) fn read(
    options: &Options,
    generics: &Generics,
    place: &Place,
    key: &Key,
    arguments: &mut [Argument],
    errors: &mut Errors,
) -> Scopes {
    let constants: Vec<Ident> = generics.const_params().map(|constant| constant.ident.clone()).collect();
    let user = options.user.as_ref().and_then(|user| {
        let user = ungrouped(&user.value);
        if let Expr::Lit(literal) = user {
            let message = "this is one user for all calls; write an expression, as in `user = user_id`";
            errors.at(literal.lit.span(), message);
            return None;
        }
        key::slips(user, arguments, &constants).into_iter().for_each(|slip| errors.push(slip));
        Some(whose(user, generics, place, key, arguments, errors))
    });
    let tags = options.tags.as_ref().map_or(&[][..], |tags| &tags.value.0);
    let tags = tags.iter().map(|tag| read_tag(tag, &constants, arguments, errors)).collect();
    Scopes { tags, user }
}

/// The user as a part of the key: the one it has already, or one more.
fn whose(
    user: &Expr,
    generics: &Generics,
    place: &Place,
    key: &Key,
    arguments: &mut [Argument],
    errors: &mut Errors,
) -> User {
    let tokens = user.to_token_stream();
    let span = first(&tokens);
    let text = seen(&tokens);
    if let Key::Parts(parts) = key {
        let same = parts.iter().find(|part| match &part.source {
            Source::Value(value) => is_place(user) && seen(value) == text,
            Source::AsRef(name, _) => name == &text,
        });
        if let Some(part) = same {
            let source = part.source.clone();
            return User::Of(Part { conditions: Vec::new(), span: part.span, source });
        }
        if parts.len() >= key::MOST {
            errors.at(
                span,
                format!(
                    "a key has at most {} parts, and the user is one; choose the others with `only = [..]`",
                    key::MOST
                ),
            );
        }
    }
    let source = match arguments.iter_mut().find(|argument| argument.name == tokens.to_string()) {
        Some(argument) => {
            let remedy = format!("say what of it is the user, as in `user = {}.id()`", argument.name);
            key::source(argument, generics, place, span, &remedy, errors)
        }
        None => Source::Value(tokens.clone()),
    };
    for argument in arguments.iter_mut() {
        argument.in_key |= names::mentions(&tokens, &argument.name.to_string());
    }
    User::Beside(Part { conditions: Vec::new(), span, source })
}

fn read_tag(tag: &KeyForm, constants: &[Ident], arguments: &mut [Argument], errors: &mut Errors) -> Tag {
    match tag {
        KeyForm::Template(literal) => {
            let names: Vec<Ident> =
                arguments.iter().map(|argument| &argument.name).chain(constants).cloned().collect();
            let mut mentioned = Vec::new();
            let pieces = match template::parse(Purpose::Tag, literal, &names, &mut mentioned) {
                Ok(pieces) => pieces,
                Err(mistakes) => {
                    mistakes.into_iter().for_each(|mistake| errors.push(mistake));
                    Vec::new()
                }
            };
            for argument in arguments {
                argument.in_tags |= mentioned.contains(&argument.name);
            }
            match &pieces[..] {
                [Piece::Literal(text)] => Tag::Text(text.clone()),
                _ => Tag::Template(pieces, literal.span()),
            }
        }
        KeyForm::Expression(expression) => {
            key::slips(expression, arguments, constants).into_iter().for_each(|slip| errors.push(slip));
            let tokens = expression.to_token_stream();
            for argument in arguments {
                argument.in_tags |= names::mentions(&tokens, &argument.name.to_string());
            }
            let span = first(&tokens);
            Tag::Expression(tokens, span)
        }
    }
}

/// The expression out of its parentheses, and out of the invisible group that a macro puts around it.
fn ungrouped(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(group) => ungrouped(&group.expr),
        Expr::Paren(paren) => ungrouped(&paren.expr),
        other => other,
    }
}

/// Whether it only names something, so that to write it twice is to mean the same.
fn is_place(expression: &Expr) -> bool {
    match ungrouped(expression) {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Reference(reference) => is_place(&reference.expr),
        _ => false,
    }
}

/// What a part of a key is called: a reference is the same in a key as what it refers to.
fn seen(tokens: &TokenStream) -> String {
    tokens.to_string().trim_start_matches(['&', ' ']).to_owned()
}

fn first(tokens: &TokenStream) -> Span {
    tokens.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span())
}
