//! The smaller kinds of values: counts, shares, lists of names, policies, patterns.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitStr, Pat, Token, UnOp, token};

use crate::options::Value;
use crate::suggest;

/// An expression, out of the invisible group that a macro's `$value:expr` puts around it.
pub(crate) fn ungrouped(input: ParseStream<'_>) -> syn::Result<Expr> {
    let mut expression: Expr = input.parse()?;
    while let Expr::Group(group) = expression {
        expression = *group.expr;
    }
    Ok(expression)
}

/// `max_entries`: an expression of type `usize`.
pub(crate) struct Count(pub(crate) Expr);

impl Value for Count {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression = ungrouped(input)?;
        if let Expr::Unary(ExprUnary { op: UnOp::Neg(minus), .. }) = &expression {
            return Err(syn::Error::new(
                minus.span,
                "a number of entries cannot be negative; write `max_entries = 10_000`",
            ));
        }
        if let Expr::Lit(ExprLit { lit, .. }) = &expression {
            let Lit::Int(literal) = lit else {
                return Err(syn::Error::new(
                    lit.span(),
                    "a number of entries is an integer; write `max_entries = 10_000`",
                ));
            };
            if literal.base10_parse::<u128>().is_ok_and(|count| count == 0) {
                let remedy =
                    "a cache of 0 entries keeps nothing; to switch caching off, remove the attribute";
                return Err(syn::Error::new(literal.span(), remedy));
            }
        }
        Ok(Self(expression))
    }
}

/// `jitter`: an expression of type `f64`, at least 0 and below 1.
pub(crate) struct Share(pub(crate) TokenStream);

impl Value for Share {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression = ungrouped(input)?;
        let (literal, negative) = match &expression {
            Expr::Unary(ExprUnary { op: UnOp::Neg(minus), expr, .. }) => (&**expr, Some(minus.span)),
            other => (other, None),
        };
        let Expr::Lit(ExprLit { lit, .. }) = literal else {
            return Ok(Self(expression.into_token_stream()));
        };
        let number = match lit {
            Lit::Int(literal) => literal.base10_digits().parse::<f64>().ok(),
            Lit::Float(literal) => literal.base10_digits().parse::<f64>().ok(),
            _ => None,
        };
        let span = negative.unwrap_or_else(|| lit.span());
        match number {
            Some(share) if negative.is_none() && (0.0..1.0).contains(&share) => {
                Ok(Self(quote_spanned!(span=> #share)))
            }
            Some(percent) if negative.is_none() && percent > 1.0 && percent < 100.0 => {
                let share = percent / 100.0;
                Err(syn::Error::new(
                    span,
                    format!("`jitter` is a share below 1; for {percent} % write `jitter = {share}`"),
                ))
            }
            _ => Err(syn::Error::new(
                span,
                "`jitter` is a share, from 0 to below 1; write `jitter = 0.1` for a tenth",
            )),
        }
    }
}

/// A `bool`.
pub(crate) struct Switch {
    pub(crate) expression: Expr,
}

impl Switch {
    /// Whether it is known to be off.
    pub(crate) fn is_off(&self) -> bool {
        matches!(&self.expression, Expr::Lit(ExprLit { lit: Lit::Bool(literal), .. }) if !literal.value)
    }
}

impl Value for Switch {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression = ungrouped(input)?;
        match &expression {
            Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Bool(_)) => {
                Err(syn::Error::new(lit.span(), "this option is `true` or `false`"))
            }
            _ => Ok(Self { expression }),
        }
    }
}

/// The policies, by the name users write and the one of the runtime.
const POLICIES: &[(&str, &str)] = &[
    ("tenure", "Tenure"),
    ("lru", "Lru"),
    ("lfu", "Lfu"),
    ("fifo", "Fifo"),
    ("lifo", "Lifo"),
    ("mru", "Mru"),
    ("random", "Random"),
    ("s3fifo", "S3Fifo"),
    ("tinylfu", "TinyLfu"),
    ("sieve", "Sieve"),
];

/// `policy`: who leaves first.
pub(crate) struct Policy {
    /// The variant of the runtime's enum, at the place of the value.
    pub(crate) variant: Ident,
}

impl Value for Policy {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let legal: Vec<&str> = POLICIES.iter().map(|(name, _)| *name).collect();
        if let Ok(literal) = input.fork().parse::<LitStr>() {
            let name = literal.value().to_lowercase();
            let name = suggest::nearest(&name, &legal).unwrap_or("lru");
            return Err(syn::Error::new(
                literal.span(),
                format!("a policy is written without quotes: `policy = {name}`"),
            ));
        }
        let Ok(name) = input.call(Ident::parse_any) else {
            return Err(input.error("expected the name of a policy, as in `policy = lru`"));
        };
        let written = name.to_string();
        match POLICIES.iter().find(|(policy, _)| *policy == written) {
            Some((_, variant)) => Ok(Self { variant: Ident::new(variant, name.span()) }),
            None => Err(syn::Error::new(name.span(), suggest::unknown("policy", &written, &legal))),
        }
    }
}

/// `only`, `ignore`: names of parameters, `self` among them.
pub(crate) struct Names {
    pub(crate) names: Vec<Ident>,
    /// Where the list stands.
    pub(crate) span: Span,
}

impl Value for Names {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(token::Bracket) {
            let written = input
                .fork()
                .call(Ident::parse_any)
                .map_or_else(|_| "a, b".to_owned(), |name| name.to_string());
            return Err(input.error(format!("this option is a list of parameters; write `[{written}]`")));
        }
        let list: Group = input.parse()?;
        let names = (|content: ParseStream<'_>| {
            Punctuated::<Ident, Token![,]>::parse_terminated_with(content, Ident::parse_any)
        })
        .parse2(list.stream())
        .map_err(|error| syn::Error::new(error.span(), "expected the names of parameters, as in `[a, b]`"))?;
        let names: Vec<Ident> = names.into_iter().collect();
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|earlier| earlier == name) {
                return Err(syn::Error::new(
                    name.span(),
                    format!("`{name}` is named twice; remove one of them"),
                ));
            }
        }
        Ok(Self { names, span: list.span() })
    }
}

/// `key`, and each of `tags`: text with placeholders, or an expression over the parameters.
pub(crate) enum KeyForm {
    Template(LitStr),
    Expression(Expr),
}

impl Value for KeyForm {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(match ungrouped(input)? {
            Expr::Lit(ExprLit { lit: Lit::Str(template), .. }) => Self::Template(template),
            expression => Self::Expression(expression),
        })
    }
}

/// `tags`: texts with placeholders, and expressions.
pub(crate) struct Tags(pub(crate) Vec<KeyForm>);

impl Value for Tags {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(token::Bracket) {
            let written =
                input.fork().parse::<LitStr>().map_or_else(|_| "user:{id}".to_owned(), |text| text.value());
            return Err(input.error(format!("tags are a list; write `tags = [\"{written}\"]`")));
        }
        let list: Group = input.parse()?;
        let tags = (|content: ParseStream<'_>| {
            Punctuated::<KeyForm, Token![,]>::parse_terminated_with(content, KeyForm::parse)
        })
        .parse2(list.stream())?;
        if tags.is_empty() {
            let remedy =
                "this list is empty; name a tag, as in `tags = [\"user:{id}\"]`, or leave the option out";
            return Err(syn::Error::new(list.span(), remedy));
        }
        let mut texts: Vec<String> = Vec::new();
        for tag in &tags {
            let KeyForm::Template(literal) = tag else { continue };
            let text = literal.value();
            if text.trim().is_empty() {
                let remedy = "this tag is empty; write what the value depends on, as in `\"user:{id}\"`, or leave it out";
                return Err(syn::Error::new(literal.span(), remedy));
            }
            if texts.contains(&text) {
                return Err(syn::Error::new(
                    literal.span(),
                    format!("the tag `{text}` is given twice; remove one of them"),
                ));
            }
            texts.push(text);
        }
        Ok(Self(tags.into_iter().collect()))
    }
}

impl Tags {
    /// Those that are expressions.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = TokenStream> {
        self.0.iter().filter_map(|tag| match tag {
            KeyForm::Expression(expression) => Some(expression.to_token_stream()),
            KeyForm::Template(_) => None,
        })
    }
}

/// `cache_err`: a pattern of errors, with a guard if need be.
#[derive(Clone)]
pub(crate) struct ErrorPattern {
    pub(crate) pattern: Pat,
    pub(crate) guard: Option<Expr>,
}

impl Value for ErrorPattern {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let remedy = "`cache_err` is a pattern of errors; write `cache_err = Error::NotFound(_) | Error::Gone`, or `_` for all";
        if let Ok(literal) = input.fork().parse::<syn::LitBool>() {
            return Err(syn::Error::new(literal.span(), remedy));
        }
        if input.peek(Token![|]) && input.peek2(syn::Ident) && input.peek3(Token![|]) {
            return Err(input.error(remedy));
        }
        let pattern = input
            .call(Pat::parse_multi_with_leading_vert)
            .map_err(|error| syn::Error::new(error.span(), remedy))?;
        let guard = match input.parse::<Option<Token![if]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(match pattern {
            Pat::Guard(guarded) => Self { pattern: *guarded.pat, guard: Some(*guarded.guard) },
            pattern => Self { pattern, guard },
        })
    }
}

/// `handle`: where the companions live.
pub(crate) enum Handle {
    /// Nowhere.
    None,
    /// Beside the method.
    Method,
    /// On an enum of this name.
    Named(Ident),
}

impl Value for Handle {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let remedy = "write `handle = none`, `handle = method`, or a name for the companions' type: `handle = UserCache`";
        let name: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), remedy))?;
        Ok(match name.to_string().as_str() {
            "none" => Self::None,
            "method" => Self::Method,
            "None" => return Err(syn::Error::new(name.span(), "write `handle = none`")),
            "Method" => return Err(syn::Error::new(name.span(), "write `handle = method`")),
            _ => Self::Named(name),
        })
    }
}
