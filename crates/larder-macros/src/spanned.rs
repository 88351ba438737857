//! Values that remember which option they were written for, and where.

use proc_macro2::{Ident, Span, TokenStream};

/// The value of an option, with the option's name as it was written.
pub(crate) struct Spanned<T> {
    /// The name of the option, at its place.
    pub(crate) key: Ident,
    /// How many options stand before it.
    pub(crate) order: usize,
    /// What was written behind the `=`.
    pub(crate) value: T,
}

impl<T> Spanned<T> {
    /// Where the option's name stands.
    pub(crate) fn span(&self) -> Span {
        self.key.span()
    }

    /// The place of whichever option was written second.
    pub(crate) fn later<U>(&self, other: &Spanned<U>) -> Span {
        if self.order > other.order { self.span() } else { other.span() }
    }
}

/// An expression that is shown at a place; what stands between brackets of it stays where it was.
pub(crate) fn located(tokens: TokenStream, place: Span) -> TokenStream {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    for tree in &mut tokens {
        tree.set_span(tree.span().located_at(place));
    }
    tokens.into_iter().collect()
}
