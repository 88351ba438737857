//! What the table of the entries of one type holds: values, and for as long as it takes to say so, that a load has failed.

use std::marker::PhantomData;

use crate::outcome::{Class, Proof};

/// A load failed. Its error is with the caller who ran it, and nowhere else: it need be neither `Clone` nor `Send`.
///
/// Not public API.
#[derive(Clone, Copy, Debug)]
#[doc(hidden)]
pub struct Failed;

/// A value, or that there is none.
pub(crate) type Loaded<T> = Result<T, Failed>;

/// The proof that values of this type can be kept.
#[derive(Debug)]
pub(crate) struct Values<T>(PhantomData<fn() -> T>);

impl<T> Values<T> {
    pub(crate) const PROOF: Self = Self(PhantomData);
}

impl<T> Clone for Values<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Values<T> {}

impl<T: Clone + Send + Sync + 'static> Proof for Values<T> {
    type Value = Loaded<T>;
    type Part = T;

    fn part(value: &Loaded<T>) -> Option<&T> {
        value.as_ref().ok()
    }

    fn whole(part: T) -> Loaded<T> {
        Ok(part)
    }

    /// A failure is nobody else's: those who waited load for themselves, all at once.
    fn share(value: &Loaded<T>) -> Option<Loaded<T>> {
        value.as_ref().ok().map(|value| Ok(value.clone()))
    }

    fn class(value: &Loaded<T>) -> Class {
        if value.is_ok() { Class::Value } else { Class::Err }
    }
}
