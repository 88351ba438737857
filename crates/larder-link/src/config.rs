//! What a user configures: errors in it, environment variables, and URLs shown without their passwords.

use std::fmt;

/// A configuration that cannot be used: a URL, an environment variable, a certificate. It never shows a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    variable: Option<&'static str>,
    /// The URL without its password, and what it should be the address of.
    shown: Option<(String, &'static str)>,
    why: String,
}

impl ConfigError {
    /// A URL that is no address of `what`: `"a Redis"`.
    #[must_use]
    pub fn url(url: &str, what: &'static str, why: impl Into<String>) -> Self {
        Self { variable: None, shown: Some((hide_password(url), what)), why: why.into() }
    }

    /// Anything else that is wrong, in words without a password.
    #[must_use]
    pub fn other(why: impl Into<String>) -> Self {
        Self { variable: None, shown: None, why: why.into() }
    }

    /// The same, of what stands in an environment variable.
    #[must_use]
    pub fn of_variable(mut self, variable: &'static str) -> Self {
        self.variable = Some(variable);
        self
    }

    /// The environment variable whose value it is about, if it came from one.
    #[must_use]
    pub fn variable(&self) -> Option<&'static str> {
        self.variable
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.variable, &self.shown) {
            (Some(variable), None) => write!(out, "the environment variable {variable}: {}", self.why),
            (Some(variable), Some((shown, _))) => {
                write!(out, "the environment variable {variable} is {shown:?}: {}", self.why)
            }
            (None, None) => out.write_str(&self.why),
            (None, Some((shown, what))) => write!(out, "{shown:?} is no address of {what}: {}", self.why),
        }
    }
}

impl std::error::Error for ConfigError {}

/// The first of these environment variables that is set and not empty, with its value.
///
/// # Errors
///
/// When that value is not UTF-8.
pub fn first_variable(variables: &[&'static str]) -> Result<Option<(&'static str, String)>, ConfigError> {
    for variable in variables {
        let Some(value) = std::env::var_os(variable).filter(|value| !value.is_empty()) else { continue };
        let value =
            value.into_string().map_err(|_| ConfigError::other("it is not UTF-8").of_variable(variable))?;
        return Ok(Some((*variable, value)));
    }
    Ok(None)
}

/// A URL that may be malformed in any way, with everything that could be a password left out.
#[must_use]
pub fn hide_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let separator = if scheme.is_empty() { "" } else { "://" };
    let rest = match rest.rsplit_once('@') {
        Some((login, place)) => match login.split_once(':') {
            Some((user, _)) if !scheme.is_empty() => format!("{user}:***@{place}"),
            _ => format!("***@{place}"),
        },
        None => rest.to_owned(),
    };
    // a query may hold one, too
    let shown = rest.split_once('?').map_or(rest.clone(), |(place, _)| format!("{place}?***"));
    format!("{scheme}{separator}{shown}")
}
