//! Amounts of memory: `1_000_000`, `"64MiB"`, or an expression of type `u64`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit};

use crate::options::Value;
use crate::values::ungrouped;

/// An amount as it was written.
pub(crate) enum Bytes {
    /// Known while compiling.
    Known(u64, Span),
    /// Any expression of type `u64`.
    Computed(Expr),
}

impl Bytes {
    /// An expression of type `u64`.
    pub(crate) fn tokens(&self) -> TokenStream {
        match self {
            Self::Known(bytes, span) => quote_spanned!(*span=> #bytes),
            Self::Computed(expression) => expression.to_token_stream(),
        }
    }
}

impl Bytes {
    /// Any amount, none included.
    pub(crate) fn read(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression = ungrouped(input)?;
        let Expr::Lit(ExprLit { lit, .. }) = &expression else {
            return Ok(Self::Computed(expression));
        };
        let known = match lit {
            Lit::Int(literal) => match literal.suffix() {
                "" | "u64" | "usize" | "u32" | "i64" | "i32" => {
                    literal.base10_parse().map_err(|_| too_much())
                }
                suffix if unit(suffix).is_some() => Err(format!(
                    "an amount with a unit is a string; write `\"{}{suffix}\"`",
                    literal.base10_digits()
                )),
                suffix => Err(unknown_unit(suffix)),
            },
            Lit::Str(literal) => parse(&literal.value()),
            _ => Err("an amount is a number of bytes, or a string such as `\"64MiB\"`".to_owned()),
        };
        match known {
            Ok(bytes) => Ok(Self::Known(bytes, lit.span())),
            Err(message) => Err(syn::Error::new(lit.span(), message)),
        }
    }
}

impl Value for Bytes {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        match Self::read(input)? {
            Self::Known(0, span) => Err(syn::Error::new(
                span,
                "a bound of 0 bytes keeps nothing; to switch caching off, remove the attribute",
            )),
            bytes => Ok(bytes),
        }
    }
}

/// Reads `"64MiB"`, `"1.5 GB"`.
fn parse(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
    let (number, name) = text.split_at(digits);
    let number = number.replace('_', "");
    let name = name.trim();
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return Err(format!(
            "`\"{text}\"` is not an amount of memory; write `\"64MiB\"`, or a number of bytes"
        ));
    }
    if name.is_empty() {
        return Err(format!("`\"{text}\"` lacks a unit; write `\"{text}MiB\"`, or `{text}` for bytes"));
    }
    let unit = unit(name).ok_or_else(|| unknown_unit(name))?;
    let parsed = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u128>().ok() };
    let exact = || {
        let mut sum = parsed(whole)?.checked_mul(unit)?;
        if !fraction.is_empty() {
            let scale = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
            sum = sum.checked_add(parsed(fraction)?.checked_mul(unit)? / scale)?;
        }
        u64::try_from(sum).ok()
    };
    exact().ok_or_else(too_much)
}

fn unit(name: &str) -> Option<u128> {
    Some(match name.to_ascii_lowercase().as_str() {
        "b" | "byte" | "bytes" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        "kib" | "k" => 1 << 10,
        "mib" | "m" => 1 << 20,
        "gib" | "g" => 1 << 30,
        "tib" | "t" => 1 << 40,
        _ => return None,
    })
}

fn unknown_unit(name: &str) -> String {
    format!("unknown unit `{name}`; there are `B`, `KiB`, `MiB`, `GiB`, `TiB`, `KB`, `MB`, `GB` and `TB`")
}

fn too_much() -> String {
    "this is more memory than 64 bits can count; write a bound such as `\"64MiB\"`".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_units() {
        assert_eq!(parse("64MiB"), Ok(64 << 20));
        assert_eq!(parse("1.5 KiB"), Ok(1_536));
        assert_eq!(parse("10MB"), Ok(10_000_000));
        assert_eq!(parse("1_000 b"), Ok(1_000));
    }

    #[test]
    fn what_is_no_amount_says_so() {
        assert!(parse("64").unwrap_err().contains("`\"64MiB\"`"));
        assert!(parse("64 potatoes").unwrap_err().contains("unknown unit `potatoes`"));
        assert!(parse("much").unwrap_err().contains("not an amount"));
        assert_eq!(parse("99999999999TiB"), Err(too_much()));
        assert_eq!(parse("99999999999999999999999999999999999999999999B"), Err(too_much()));
    }
}
