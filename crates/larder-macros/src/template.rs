//! Keys and tags written as text: `"user:{id}"`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt;
use syn::parse::Parser;

use crate::suggest;

/// What a template is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To tell calls apart.
    Key,
    /// To tell users apart, who have a part of the key of their own.
    KeyBesideUser,
    /// To say what a value depends on; nothing need be told apart.
    Tag,
    /// To tell values of a type apart by its fields; those without names are numbers.
    Field,
}

/// A piece of a template.
pub(crate) enum Piece {
    /// Text that is the same in every key.
    Literal(LitStr),
    /// A parameter, or a field of one; a field of the type a template belongs to.
    Value(TokenStream),
}

/// Reads a template over the values of these names; all its mistakes at once.
///
/// The names found in it are added to `mentioned`.
pub(crate) fn parse(
    purpose: Purpose,
    literal: &LitStr,
    names: &[Ident],
    mentioned: &mut Vec<Ident>,
) -> Result<Vec<Piece>, Vec<syn::Error>> {
    let mut reader = Reader {
        purpose,
        span: literal.span(),
        names,
        mentioned,
        pieces: Vec::new(),
        text: String::new(),
        errors: Vec::new(),
    };
    reader.read(&literal.value());
    if purpose == Purpose::Key
        && !reader.pieces.iter().any(|piece| matches!(piece, Piece::Value(_)))
        && reader.errors.is_empty()
    {
        let message = match names.first() {
            Some(name) => {
                format!("this key is the same for every call; name a parameter, as in `\"..{{{name}}}\"`")
            }
            None => "a function without parameters has one value and needs no key; remove `key`".to_owned(),
        };
        reader.error(message);
    }
    if reader.errors.is_empty() { Ok(reader.pieces) } else { Err(reader.errors) }
}

struct Reader<'a> {
    purpose: Purpose,
    span: Span,
    names: &'a [Ident],
    mentioned: &'a mut Vec<Ident>,
    pieces: Vec<Piece>,
    text: String,
    errors: Vec<syn::Error>,
}

impl Reader<'_> {
    fn read(&mut self, template: &str) {
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let (text, tail) = rest.split_at(at);
            self.text.push_str(text);
            if let Some(tail) = tail.strip_prefix("{{") {
                self.text.push('{');
                rest = tail;
            } else if let Some(tail) = tail.strip_prefix("}}") {
                self.text.push('}');
                rest = tail;
            } else if tail.starts_with('}') {
                self.error("this `}` closes nothing; write `}}` for a brace in the text");
                return;
            } else {
                let Some((placeholder, tail)) = tail.get(1..).and_then(|tail| tail.split_once('}')) else {
                    self.error("this `{` is never closed; write `{{` for a brace in the text");
                    return;
                };
                self.value(placeholder);
                rest = tail;
            }
        }
        self.text.push_str(rest);
        self.literal();
    }

    /// Ends the text before a placeholder or the end.
    fn literal(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Literal(LitStr::new(&self.text, self.span)));
            self.text.clear();
        }
    }

    fn value(&mut self, placeholder: &str) {
        if self.purpose != Purpose::Tag
            && self.text.is_empty()
            && matches!(self.pieces.last(), Some(Piece::Value(_)))
        {
            let message =
                "two placeholders side by side can run together; put text between them, as in `{a}:{b}`";
            self.error(message);
        }
        self.literal();
        match self.path(placeholder) {
            Ok(path) => self.pieces.push(Piece::Value(path)),
            Err(message) => self.error(message),
        }
    }

    /// `user.org`, as an expression at the template's place.
    fn path(&mut self, placeholder: &str) -> Result<TokenStream, String> {
        let example = self.names.first().map_or_else(|| "id".to_owned(), ToString::to_string);
        let example = shown(&example).to_owned();
        let placeholder = placeholder.trim();
        if placeholder.is_empty() {
            return Err(format!(
                "this placeholder names nothing; write the name of a {}, as in `{{{example}}}`",
                self.purpose.noun()
            ));
        }
        if let Some((name, _)) = placeholder.split_once(':') {
            if self.purpose == Purpose::Field {
                return Err(format!("a key has no formats; write `{{{name}}}`"));
            }
            let (what, expression) = self.purpose.words("format!(\"..\")");
            return Err(format!(
                "a {what} has no formats; write `{{{name}}}`, or an expression: `{expression}`"
            ));
        }
        let mut fields = placeholder.split('.').map(str::trim);
        let root = fields.next().unwrap_or_default();
        let is_position = root.chars().all(|c| c.is_ascii_digit());
        if self.purpose != Purpose::Field && is_position {
            return Err(format!("placeholders are names, not positions; write `{{{example}}}`"));
        }
        let root = if is_position { Some(positioned(root)) } else { identifier(root) };
        let Some(root) = root else {
            return Err(self.no(&format!("a {}", self.purpose.noun()), placeholder));
        };
        let root = root.unraw();
        let Some(name) = self.names.iter().find(|name| name.unraw() == root) else {
            return Err(suggest::unknown(
                self.purpose.noun(),
                shown(&root.to_string()),
                &self
                    .names
                    .iter()
                    .map(|name| shown(&name.unraw().to_string()).to_owned())
                    .collect::<Vec<_>>(),
            ));
        };
        self.mentioned.push(name.clone());
        let mut root = name.clone();
        root.set_span(name.span().located_at(self.span));
        let mut path = root.into_token_stream();
        for field in fields {
            let field = if field.chars().all(|c| c.is_ascii_digit()) && !field.is_empty() {
                let index = syn::Index {
                    index: field.parse().map_err(|_| format!("`{field}` is no field"))?,
                    span: self.span,
                };
                index.into_token_stream()
            } else if let Some(mut field) = identifier(field).filter(|field| field != "self") {
                field.set_span(self.span);
                field.into_token_stream()
            } else {
                return Err(self.no(&format!("a field of a {}", self.purpose.noun()), placeholder));
            };
            path.extend(quote_spanned!(self.span=> .#field));
        }
        Ok(path)
    }

    fn no(&self, what: &str, placeholder: &str) -> String {
        if self.purpose == Purpose::Field {
            return format!(
                "`{{{placeholder}}}` is not {what}; put what it says into a field, and name that"
            );
        }
        let (purpose, expression) = match self.purpose {
            Purpose::Tag => self.purpose.words(&format!("format!(\"{{}}\", {placeholder})")),
            _ => self.purpose.words(&format!("({placeholder})")),
        };
        format!("`{{{placeholder}}}` is not {what}; write other {purpose}s as an expression: `{expression}`")
    }

    fn error(&mut self, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new(self.span, message));
    }
}

impl Purpose {
    /// What its placeholders name.
    const fn noun(self) -> &'static str {
        if matches!(self, Self::Field) { "field" } else { "parameter" }
    }

    /// What the template is, and the option with an expression instead.
    fn words(self, expression: &str) -> (&'static str, String) {
        match self {
            Self::Key | Self::KeyBesideUser | Self::Field => ("key", format!("key = {expression}")),
            Self::Tag => ("tag", format!("tags = [{expression}]")),
        }
    }
}

/// The name that a field without one has in a template, where `text` is its number.
pub(crate) fn positioned(text: impl std::fmt::Display) -> Ident {
    Ident::new(&format!("{POSITION}{text}"), Span::call_site())
}

/// The same the other way round.
pub(crate) fn shown(name: &str) -> &str {
    name.strip_prefix(POSITION).unwrap_or(name)
}

/// Before the number of a field that has no name.
const POSITION: &str = "__field";

/// `text` as an identifier: `self` too, and keywords as raw ones.
fn identifier(text: &str) -> Option<Ident> {
    let any = Ident::parse_any.parse_str(text).ok()?;
    match text {
        "self" => Some(any),
        "Self" | "super" | "crate" | "_" => None,
        _ => syn::parse_str(text).ok().or_else(|| Some(Ident::new_raw(text, any.span()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(template: &str) -> Result<Vec<String>, Vec<String>> {
        read_as(Purpose::Key, template)
    }

    fn read_as(purpose: Purpose, template: &str) -> Result<Vec<String>, Vec<String>> {
        let names = ["user", "page"].map(|name| Ident::new(name, Span::call_site()));
        let pieces = parse(purpose, &LitStr::new(template, Span::call_site()), &names, &mut Vec::new());
        let show = |piece: &Piece| match piece {
            Piece::Literal(text) => text.value(),
            Piece::Value(path) => format!("<{}>", path.to_string().replace(' ', "")),
        };
        pieces
            .map(|pieces| pieces.iter().map(show).collect())
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn placeholders_and_text_alternate() {
        assert_eq!(read("user:{user}"), Ok(vec!["user:".into(), "<user>".into()]));
        assert_eq!(
            read("{user.org}:{user.id.0}/{ page }"),
            Ok(["<user.org>", ":", "<user.id.0>", "/", "<page>"].map(String::from).into())
        );
        assert_eq!(read("{user.type}"), Ok(vec!["<user.r#type>".into()]));
        assert_eq!(read("{{{user}}}"), Ok(["{", "<user>", "}"].map(String::from).into()));
    }

    #[test]
    fn tags_need_not_tell_anything_apart() {
        assert_eq!(read_as(Purpose::Tag, "{user}{page}"), Ok(vec!["<user>".into(), "<page>".into()]));
        assert_eq!(read_as(Purpose::Tag, "posts"), Ok(vec!["posts".into()]));
        assert_eq!(read_as(Purpose::KeyBesideUser, "posts"), Ok(vec!["posts".into()]));
        let found = read_as(Purpose::Tag, "{user.name()}").unwrap_err();
        assert!(found[0].contains("tags = [format!(\"{}\", user.name())]"), "{found:?}");
        assert!(read_as(Purpose::KeyBesideUser, "{user}{page}").unwrap_err()[0].contains("side by side"));
    }

    #[test]
    fn all_mistakes_are_reported() {
        let found = read("{usr}:{0}:{page:>5}:{}").unwrap_err();
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[0].contains("did you mean `user`"), "{found:?}");
        assert!(read("constant").unwrap_err()[0].contains("the same for every call"));
        assert!(read("{user}{page}").unwrap_err()[0].contains("side by side"));
        assert!(read("{user").unwrap_err()[0].contains("never closed"));
        assert!(read("user}").unwrap_err()[0].contains("closes nothing"));
        assert!(read("{user.name()}").unwrap_err()[0].contains("expression"));
    }
}
