//! What goes wrong: between the store and its server, and in what a user configures.

use std::{fmt, sync::Arc};

use larder_core::store_bytes::{StoreError, link::Severity};
use redis::RedisError;

/// What the store is called in errors and statistics.
pub(crate) const NAME: &str = "redis";

/// Why one exchange with a server came to nothing. The text holds no password.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    kind: Kind,
    text: Arc<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// No connection could be made.
    Unreachable,
    /// The connection ended before the answer.
    Dropped,
    /// The deadline came before the answer.
    TimedOut,
    /// The deadline came before there was a connection to ask on: nothing is known of the server.
    Crowded,
    /// Not asked: it is known to be gone, or another attempt to connect failed a moment ago.
    NotAsked,
    /// The server answered that it will not.
    Refused,
}

impl Failure {
    pub(crate) fn unreachable(text: impl fmt::Display) -> Self {
        Self::new(Kind::Unreachable, text)
    }

    pub(crate) fn dropped(text: impl fmt::Display) -> Self {
        Self::new(Kind::Dropped, text)
    }

    pub(crate) fn timed_out(text: impl fmt::Display) -> Self {
        Self::new(Kind::TimedOut, text)
    }

    pub(crate) fn crowded(text: impl fmt::Display) -> Self {
        Self::new(Kind::Crowded, text)
    }

    pub(crate) fn not_asked(text: impl fmt::Display) -> Self {
        Self::new(Kind::NotAsked, text)
    }

    pub(crate) fn refused(text: impl fmt::Display) -> Self {
        Self::new(Kind::Refused, text)
    }

    fn new(kind: Kind, text: impl fmt::Display) -> Self {
        Self { kind, text: text.to_string().into() }
    }

    /// What redis-rs or the socket reports of a connection that was made.
    pub(crate) fn of_exchange(error: &RedisError) -> Self {
        if error.is_timeout() { Self::timed_out(NO_ANSWER) } else { Self::dropped(error) }
    }

    /// Of an attempt to connect: a time-out, or nobody there.
    pub(crate) fn of_connecting(place: impl fmt::Display, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => {
                Self::timed_out(format_args!("no connection to {place}"))
            }
            _ => Self::unreachable(format_args!("{place}: {error}")),
        }
    }

    /// Of a handshake: what is no trouble of the connection is the server's refusal.
    pub(crate) fn of_handshake(error: &RedisError, redact: impl Fn(&str) -> String) -> Self {
        if error.is_timeout() {
            Self::timed_out(NO_ANSWER)
        } else if error.is_io_error() || error.is_connection_dropped() {
            Self::unreachable(error)
        } else {
            Self::refused(redact(&error.to_string()))
        }
    }

    /// Of a connection on which nothing had been asked: one that ended then was never there.
    pub(crate) fn before_anything(self) -> Self {
        Self { kind: if self.kind == Kind::Dropped { Kind::Unreachable } else { self.kind }, ..self }
    }

    /// How much it says of the server; `None`: nothing.
    pub(crate) fn severity(&self) -> Option<Severity> {
        match self.kind {
            Kind::TimedOut => Some(Severity::Slow),
            Kind::Unreachable | Kind::Dropped | Kind::Refused => Some(Severity::Quick),
            Kind::Crowded | Kind::NotAsked => None,
        }
    }

    pub(crate) fn is_dropped(&self) -> bool {
        self.kind == Kind::Dropped
    }

    pub(crate) fn is_timed_out(&self) -> bool {
        self.kind == Kind::TimedOut
    }

    /// Whether the node could not be used at all, so that another one may have taken its place.
    #[cfg(feature = "cluster")]
    pub(crate) fn is_about_the_node(&self) -> bool {
        !matches!(self.kind, Kind::Crowded)
    }

    pub(crate) fn text(&self) -> &Arc<str> {
        &self.text
    }

    pub(crate) fn into_store_error(self) -> StoreError {
        let error = match self.kind {
            Kind::Unreachable | Kind::Dropped | Kind::NotAsked => StoreError::unavailable(NAME),
            Kind::TimedOut | Kind::Crowded => StoreError::timed_out(NAME),
            Kind::Refused => StoreError::refused(NAME),
        };
        error.with(Text(self.text))
    }
}

/// What an answer in time would have been.
pub(crate) const NO_ANSWER: &str = "no answer within the deadline";

/// A reason that is only a text.
#[derive(Debug)]
struct Text(Arc<str>);

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Text {}

/// A configuration that cannot be used: a URL, an environment variable, a certificate. It never shows a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    variable: Option<&'static str>,
    shown: String,
    why: String,
}

impl ConfigError {
    pub(crate) fn url(shown: String, why: impl Into<String>) -> Self {
        Self { variable: None, shown, why: why.into() }
    }

    pub(crate) fn other(why: impl Into<String>) -> Self {
        Self::url(String::new(), why)
    }

    pub(crate) fn of_variable(mut self, variable: &'static str) -> Self {
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
        match (self.variable, self.shown.as_str()) {
            (Some(variable), "") => write!(out, "the environment variable {variable}: {}", self.why),
            (Some(variable), shown) => {
                write!(out, "the environment variable {variable} is {shown:?}: {}", self.why)
            }
            (None, "") => out.write_str(&self.why),
            (None, shown) => write!(out, "{shown:?} is no address of a Redis: {}", self.why),
        }
    }
}

impl std::error::Error for ConfigError {}
