//! What stands before the keys of a program's records in a shared store.

use crate::error::{Error, MOST_PREFIX};

/// A prefix that can be one.
///
/// # Errors
///
/// When it cannot.
pub(super) fn checked(prefix: String) -> Result<String, Error> {
    match wrong(&prefix) {
        Some(wrong) => Err(Error::prefix(prefix, wrong)),
        None => Ok(prefix),
    }
}

/// What the environment says, or `larder`.
///
/// # Errors
///
/// When it says something that cannot be one.
pub(super) fn of_environment() -> Result<String, Error> {
    let Some(value) = std::env::var_os(VARIABLE) else { return Ok(DEFAULT.into()) };
    match value.into_string() {
        Ok(value) if wrong(&value).is_none() => Ok(value),
        Ok(value) => Err(Error::environment(VARIABLE, value, WANTED)),
        Err(value) => Err(Error::environment(VARIABLE, value.to_string_lossy().into_owned(), WANTED)),
    }
}

/// Whether the environment says something that can be one.
///
/// # Errors
///
/// When it does not.
pub(crate) fn check_environment() -> Result<(), Error> {
    of_environment().map(drop)
}

fn wrong(prefix: &str) -> Option<&'static str> {
    if prefix.is_empty() {
        Some("is empty")
    } else if prefix.chars().any(|character| character.is_whitespace() || character.is_control()) {
        Some("has blanks or control characters")
    } else if prefix.len() > MOST_PREFIX {
        Some("is too long")
    } else {
        None
    }
}

/// Without anybody saying otherwise.
pub(super) const DEFAULT: &str = "larder";

const VARIABLE: &str = "LARDER_PREFIX";

const WANTED: &str = "up to 64 characters without blanks, such as myapp";
