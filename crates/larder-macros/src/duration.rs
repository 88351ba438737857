//! Lifetimes: numbers of seconds, strings such as `"1h 30m"`, or expressions of type `Duration`.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::options::Value;
use crate::values::ungrouped;

/// A lifetime as it was written.
#[derive(Clone)]
pub(crate) enum Lifetime {
    /// Known while compiling.
    Known(Duration, Span),
    /// Any expression of type `Duration`.
    Computed(Expr),
}

impl Lifetime {
    /// Where it stands, if it is known to be nothing at all.
    pub(crate) fn zero(&self) -> Option<Span> {
        match self {
            Self::Known(Duration::ZERO, span) => Some(*span),
            _ => None,
        }
    }

    /// How long it is, where that is known while compiling.
    pub(crate) fn known(&self) -> Option<Duration> {
        match self {
            Self::Known(duration, _) => Some(*duration),
            Self::Computed(_) => None,
        }
    }

    /// An expression of type `Duration`; `runtime` is the path to what generated code may name.
    pub(crate) fn tokens(&self, runtime: &TokenStream) -> TokenStream {
        match self {
            Self::Known(duration, span) => {
                let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
                let span = span.resolved_at(Span::mixed_site());
                quote_spanned!(span=> #runtime::core::time::Duration::new(#seconds, #nanoseconds))
            }
            Self::Computed(expression) => expression.to_token_stream(),
        }
    }
}

impl Value for Lifetime {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression = ungrouped(input)?;
        if let Expr::Unary(ExprUnary { op: UnOp::Neg(minus), expr, .. }) = &expression
            && matches!(**expr, Expr::Lit(_))
        {
            return Err(syn::Error::new(
                minus.span,
                "a duration cannot be negative; write seconds such as `60`, or `\"5m\"`",
            ));
        }
        let Expr::Lit(ExprLit { lit, .. }) = &expression else {
            return Ok(Self::Computed(expression));
        };
        let known = match lit {
            Lit::Int(literal) => match literal.suffix() {
                "" | "u64" | "u32" | "u16" | "u8" | "usize" | "i64" | "i32" => {
                    literal.base10_parse().map(Duration::from_secs).map_err(|_| too_long())
                }
                suffix => Err(unit_outside_quotes(literal.base10_digits(), suffix)),
            },
            Lit::Float(literal) => match literal.suffix() {
                "" | "f64" | "f32" => seconds(literal.base10_digits()),
                suffix => Err(unit_outside_quotes(literal.base10_digits(), suffix)),
            },
            Lit::Str(literal) => parse(&literal.value()),
            _ => {
                Err("a duration is a number of seconds such as `60`, or a string such as `\"5m\"`".to_owned())
            }
        };
        match known {
            Ok(duration) => Ok(Self::Known(duration, lit.span())),
            Err(message) => Err(syn::Error::new(lit.span(), message)),
        }
    }
}

/// `60s` is one token to the compiler: a number with a suffix.
fn unit_outside_quotes(digits: &str, suffix: &str) -> String {
    match unit(suffix) {
        Some(_) => format!("a duration with a unit is a string; write `\"{digits}{suffix}\"`"),
        None => format!("unknown unit `{suffix}`; write seconds such as `60`, or a string such as `\"5m\"`"),
    }
}

fn seconds(number: &str) -> Result<Duration, String> {
    let number: f64 = number.parse().map_err(|_| not_a_duration(number))?;
    Duration::try_from_secs_f64(number).map_err(|_| too_long())
}

/// Reads `"250ms"`, `"1h 30m"`, `"1.5 days"`.
fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("this duration is empty; write `\"5m\"`, or seconds such as `60`".to_owned());
    }
    if rest.starts_with('-') {
        return Err("a duration cannot be negative; write seconds such as `60`, or `\"5m\"`".to_owned());
    }
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let letters = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let (name, tail) = tail.split_at(letters);
        if number.is_empty() {
            return Err(not_a_duration(text));
        }
        if name.is_empty() {
            return Err(format!(
                "`\"{text}\"` lacks a unit; write `\"{number}s\"`, or `{number}` for seconds"
            ));
        }
        let Some(unit) = unit(name) else {
            return Err(format!(
                "unknown unit `{name}`; there are `ns`, `us`, `ms`, `s`, `m`, `h`, `d` and `w`"
            ));
        };
        let part = times(&number.replace('_', ""), unit)
            .ok_or_else(|| not_a_duration(text))?
            .ok_or_else(too_long)?;
        sum = sum.checked_add(part).ok_or_else(too_long)?;
        rest = tail.trim_start_matches([' ', '\t', ',']);
    }
    Ok(sum)
}

/// `number` units, exactly; `None` when it is no number, `Some(None)` when it is too large.
fn times(number: &str, unit: Duration) -> Option<Option<Duration>> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let parsed = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u128>().ok() };
    let nanoseconds = || {
        let unit = unit.as_nanos();
        let mut sum = parsed(whole)?.checked_mul(unit)?;
        if !fraction.is_empty() {
            let scale = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
            sum = sum.checked_add(parsed(fraction)?.checked_mul(unit)? / scale)?;
        }
        let seconds = u64::try_from(sum / NANOSECONDS).ok()?;
        Some(Duration::new(seconds, u32::try_from(sum % NANOSECONDS).ok()?))
    };
    Some(nanoseconds())
}

fn unit(name: &str) -> Option<Duration> {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    match name {
        "ns" | "nanos" | "nanosecond" | "nanoseconds" => Some(Duration::from_nanos(1)),
        "us" | "µs" | "μs" | "micros" | "microsecond" | "microseconds" => Some(Duration::from_micros(1)),
        "ms" | "millis" | "millisecond" | "milliseconds" => Some(Duration::from_millis(1)),
        "s" | "sec" | "secs" | "second" | "seconds" => seconds(1),
        "m" | "min" | "mins" | "minute" | "minutes" => seconds(60),
        "h" | "hr" | "hrs" | "hour" | "hours" => seconds(60 * 60),
        "d" | "day" | "days" => seconds(24 * 60 * 60),
        "w" | "week" | "weeks" => seconds(7 * 24 * 60 * 60),
        _ => None,
    }
}

fn not_a_duration(text: &str) -> String {
    format!("`\"{text}\"` is not a duration; write `\"250ms\"`, `\"1h 30m\"`, or seconds such as `60`")
}

fn too_long() -> String {
    "this duration is too long; for no limit, leave the option out".to_owned()
}

const NANOSECONDS: u128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        assert_eq!(parse("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse("1h 30m"), Ok(Duration::from_secs(5_400)));
        assert_eq!(parse("1h30m"), Ok(Duration::from_secs(5_400)));
        assert_eq!(parse("2 days, 1 sec"), Ok(Duration::from_secs(172_801)));
        assert_eq!(parse("1.5s"), Ok(Duration::from_millis(1_500)));
        assert_eq!(parse(".5s"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("10_000ms"), Ok(Duration::from_secs(10)));
        assert_eq!(parse("0s"), Ok(Duration::ZERO));
    }

    #[test]
    fn what_is_no_duration_says_so() {
        for text in ["five minutes", "s", "1..5s", "1.2.3s", "m5"] {
            assert_eq!(parse(text), Err(not_a_duration(text)), "{text}");
        }
        assert!(parse("60").unwrap_err().contains("`\"60s\"`"));
        assert!(parse("5 fortnights").unwrap_err().contains("unknown unit `fortnights`"));
        assert!(parse("-5s").unwrap_err().contains("negative"));
        assert!(parse("  ").unwrap_err().contains("empty"));
    }

    #[test]
    fn nothing_overflows() {
        for text in [
            "99999999999999999999999999999999999999999w",
            "18446744073709551615w",
            "18446744073709551615s 1s",
        ] {
            assert_eq!(parse(text), Err(too_long()), "{text}");
        }
        assert!(seconds("1e300").is_err());
    }
}
