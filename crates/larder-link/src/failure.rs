//! What goes wrong between a store and its server.

use std::{fmt, io, sync::Arc};

use larder_core::store_bytes::{StoreError, link::Severity};

/// Why one exchange with a server came to nothing. The text holds no password.
#[derive(Clone, Debug)]
pub struct Failure {
    kind: Kind,
    text: Arc<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// No connection could be made.
    Unreachable,
    /// The connection ended before the answer.
    Dropped,
    /// The connection ended before the question was sent.
    Unsent,
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
    /// No connection could be made.
    #[must_use]
    pub fn unreachable(text: impl fmt::Display) -> Self {
        Self::new(Kind::Unreachable, text)
    }

    /// The connection ended before the answer, or what came on it was none.
    #[must_use]
    pub fn dropped(text: impl fmt::Display) -> Self {
        Self::new(Kind::Dropped, text)
    }

    /// The deadline came before the answer.
    #[must_use]
    pub fn timed_out(text: impl fmt::Display) -> Self {
        Self::new(Kind::TimedOut, text)
    }

    /// The deadline came before there was a connection to ask on.
    #[must_use]
    pub fn crowded(text: impl fmt::Display) -> Self {
        Self::new(Kind::Crowded, text)
    }

    /// The server is known to be gone.
    #[must_use]
    pub fn not_asked(text: impl fmt::Display) -> Self {
        Self::new(Kind::NotAsked, text)
    }

    /// The server answered that it will not.
    #[must_use]
    pub fn refused(text: impl fmt::Display) -> Self {
        Self::new(Kind::Refused, text)
    }

    fn new(kind: Kind, text: impl fmt::Display) -> Self {
        Self { kind, text: text.to_string().into() }
    }

    /// Of an attempt to connect: a time-out, or nobody there.
    #[must_use]
    pub fn of_connecting(place: impl fmt::Display, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Self::timed_out(format_args!("no connection to {place}"))
            }
            _ => Self::unreachable(format_args!("{place}: {error}")),
        }
    }

    /// Of reading or writing on a connection that was made.
    #[must_use]
    pub fn of_exchange(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::timed_out(NO_ANSWER),
            _ => Self::dropped(error),
        }
    }

    /// Of a connection on which nothing had been asked: one that ended then was never there.
    #[must_use]
    pub fn before_anything(self) -> Self {
        Self { kind: if self.is_dropped() { Kind::Unreachable } else { self.kind }, ..self }
    }

    /// Of a question that was not sent yet: asking it on another connection does nothing twice.
    #[must_use]
    pub fn before_sending(self) -> Self {
        Self { kind: if self.kind == Kind::Dropped { Kind::Unsent } else { self.kind }, ..self }
    }

    /// How much it says of the server; `None`: nothing.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        match self.kind {
            Kind::TimedOut => Some(Severity::Slow),
            Kind::Unreachable | Kind::Dropped | Kind::Unsent | Kind::Refused => Some(Severity::Quick),
            Kind::Crowded | Kind::NotAsked => None,
        }
    }

    /// Whether the connection ended before the answer.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        matches!(self.kind, Kind::Dropped | Kind::Unsent)
    }

    /// Whether it did so before the question was sent.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.kind == Kind::Unsent
    }

    /// Whether the deadline came before the answer.
    #[must_use]
    pub fn is_timed_out(&self) -> bool {
        self.kind == Kind::TimedOut
    }

    /// Whether the server could not be used at all, so that another one may have taken its place.
    #[must_use]
    pub fn is_about_the_server(&self) -> bool {
        self.kind != Kind::Crowded
    }

    /// Why, in words.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The error of a store of this name.
    #[must_use]
    pub fn into_store_error(self, name: &'static str) -> StoreError {
        let error = match self.kind {
            Kind::Unreachable | Kind::Dropped | Kind::Unsent | Kind::NotAsked => {
                StoreError::unavailable(name)
            }
            Kind::TimedOut | Kind::Crowded => StoreError::timed_out(name),
            Kind::Refused => StoreError::refused(name),
        };
        error.with(Text(self.text))
    }
}

/// What an answer in time would have been.
pub const NO_ANSWER: &str = "no answer within the deadline";

/// A reason that is only a text.
#[derive(Debug)]
struct Text(Arc<str>);

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Text {}
