//! What an error says, whatever its type can do: by `Display`, else by `Debug`, else the name of its type.
//!
//! # Tokens
//!
//! ```text
//! ::larder::__private::ErrorProbe::new(&error).text()          // a `String`
//! ::larder::__private::FailureProbe::new(&result).failure()    // `None` for all but `Err`
//! ```
//!
//! Each probe dereferences to the next one, as in `key::probe`; which one is taken is decided from the type, where it is known.

use std::{
    any::type_name,
    fmt::{Debug, Display},
    ops::Deref,
};

use crate::probe::probe;

probe! {
    /// Takes errors with `Display`.
    ErrorProbe => DebugErrorProbe
}
probe! {
    /// Takes errors with `Debug`.
    DebugErrorProbe => SilentErrorProbe
}
probe! {
    /// Takes what is left.
    SilentErrorProbe
}

impl<'a, E> ErrorProbe<'a, E> {
    /// Asks what an error says.
    pub const fn new(error: &'a E) -> Self {
        Self::over(error)
    }
}

impl<E: Display> ErrorProbe<'_, E> {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> String {
        self.value().to_string()
    }
}

impl<E: Debug> DebugErrorProbe<'_, E> {
    /// What it looks like.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:?}", self.value())
    }
}

impl<E> SilentErrorProbe<'_, E> {
    /// What it is.
    #[must_use]
    pub fn text(&self) -> String {
        type_name::<E>().to_owned()
    }
}

probe! {
    /// Takes results whose errors have `Display`.
    FailureProbe => DebugFailureProbe
}
probe! {
    /// Takes results whose errors have `Debug`.
    DebugFailureProbe => SilentFailureProbe
}
probe! {
    /// Takes the remaining results.
    SilentFailureProbe => NoFailureProbe
}
probe! {
    /// Takes what is left, which never fails.
    NoFailureProbe
}

impl<'a, V> FailureProbe<'a, V> {
    /// Asks whether a value is an error, and what it says.
    pub const fn new(value: &'a V) -> Self {
        Self::over(value)
    }
}

impl<T, E: Display> FailureProbe<'_, Result<T, E>> {
    /// What the error says.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.value().as_ref().err().map(|error| ErrorProbe::new(error).text())
    }
}

impl<T, E: Debug> DebugFailureProbe<'_, Result<T, E>> {
    /// What the error looks like.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.value().as_ref().err().map(|error| DebugErrorProbe::over(error).text())
    }
}

impl<T, E> SilentFailureProbe<'_, Result<T, E>> {
    /// What the error is.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.value().as_ref().err().map(|error| SilentErrorProbe::over(error).text())
    }
}

impl<V> NoFailureProbe<'_, V> {
    /// Nothing.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug)]
    struct Seen;

    struct Silent;

    type Alias<T> = Result<T, Seen>;

    #[test]
    fn errors_say_what_they_can() {
        assert_eq!(ErrorProbe::new(&io::Error::other("the disk is full")).text(), "the disk is full");
        assert_eq!(ErrorProbe::new(&Seen).text(), "Seen");
        assert!(ErrorProbe::new(&Silent).text().ends_with("::Silent"));
    }

    #[test]
    fn failures_are_seen_through_aliases() {
        let full: io::Result<u8> = Err(io::Error::other("full"));
        assert_eq!(FailureProbe::new(&full).failure().as_deref(), Some("full"));
        assert_eq!(FailureProbe::new(&Alias::<u8>::Err(Seen)).failure().as_deref(), Some("Seen"));
        assert_eq!(FailureProbe::new(&Alias::Ok(1)).failure(), None);
        let silent: Result<u8, Silent> = Err(Silent);
        assert!(FailureProbe::new(&silent).failure().is_some_and(|text| text.ends_with("::Silent")));
        assert_eq!(FailureProbe::new(&Some(Seen)).failure(), None);
    }
}
