//! What can go wrong in larder itself.

use std::fmt;

/// An error of larder's own. A function's errors are never turned into one.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Environment { variable: &'static str, value: String, wanted: &'static str },
}

impl Error {
    pub(crate) fn environment(variable: &'static str, value: String, wanted: &'static str) -> Self {
        Self { kind: Kind::Environment { variable, value, wanted } }
    }

    /// Whether an environment variable holds something larder does not understand; the message names it.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        matches!(self.kind, Kind::Environment { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Environment { variable, value, wanted } => {
                write!(out, "the environment variable {variable} is {value:?}; write {wanted}")
            }
        }
    }
}

impl std::error::Error for Error {}
