//! How a part of a key is built from an argument: by `CacheKey` where there is one, else by `Hash` and `Eq`.
//!
//! # Tokens
//!
//! For an argument `x`, every token but `x` spanned at the argument's type:
//!
//! ```text
//! ::larder::__private::Probe::new(&x).part()
//! ```
//!
//! No trait needs to be in scope. The whole key is the tuple of the parts, also for one part: `(PART,)`, and `()` for none.
//!
//! # How it works
//!
//! Each probe dereferences to the next one, and each has an inherent `part` with bounds of its own; method lookup takes
//! the first whose bounds hold. Bounds are looked up where the call stands, so it works in generic functions too. The
//! last one takes everything and asks for `CacheKey`: the one place that gives the one error.
//!
//! | probe | takes | part |
//! |---|---|---|
//! | [`Probe`] | `T: CacheKey` | [`Keyed`] |
//! | [`ReferenceProbe`] | `&T` with `T: ?Sized + Hash + Eq + ToOwned` | [`HashedRef`] |
//! | [`OptionProbe`] | `Option<&T>` of the same | [`HashedOption`] |
//! | [`ValueProbe`] | `T: Hash + Eq + Clone` | [`Hashed`] |
//! | `Unfit..Probe` | everything else | the error, naming the innermost type without `CacheKey` |

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use super::{CacheKey, Hashed, HashedOption, HashedRef, KeyText};
use crate::probe::probe;

probe! {
    /// Takes types with `CacheKey`.
    Probe => ReferenceProbe
}
probe! {
    /// Takes references to what can be hashed, compared and owned.
    ReferenceProbe => OptionProbe
}
probe! {
    /// Takes optional references to what can be hashed, compared and owned.
    OptionProbe => ValueProbe
}
probe! {
    /// Takes values that can be hashed, compared and cloned.
    ValueProbe => UnfitSliceProbe
}
probe! {
    /// Takes the remaining slices, to name the element in the error.
    UnfitSliceProbe => UnfitOptionReferenceProbe
}
probe! {
    /// Takes the remaining optional references, to name what is behind them in the error.
    UnfitOptionReferenceProbe => UnfitReferenceProbe
}
probe! {
    /// Takes the remaining references, to name the type behind them in the error.
    UnfitReferenceProbe => UnfitVecProbe
}
probe! {
    /// Takes the remaining vectors, to name the element in the error.
    UnfitVecProbe => UnfitOptionProbe
}
probe! {
    /// Takes the remaining options, to name the value in the error.
    UnfitOptionProbe => UnfitProbe
}

probe! {
    /// Takes what is left.
    UnfitProbe
}

impl<'a, T> Probe<'a, T> {
    /// Asks how `value` can be part of a key.
    pub const fn new(value: &'a T) -> Self {
        Self::over(value)
    }
}

impl<'a, T: CacheKey> Probe<'a, T> {
    /// A part by `CacheKey`.
    pub fn part(&self) -> Keyed<'a, T> {
        Keyed(self.value())
    }
}

impl<'b, T> ReferenceProbe<'_, &'b T>
where
    T: ?Sized + Hash + Eq + ToOwned,
    T::Owned: Borrow<T> + Send + Sync + 'static,
{
    /// A part by `Hash` and `Eq` of what is behind the reference.
    pub fn part(&self) -> HashedRef<'b, T> {
        HashedRef(self.value())
    }
}

impl<'b, T> OptionProbe<'_, Option<&'b T>>
where
    T: ?Sized + Hash + Eq + ToOwned,
    T::Owned: Borrow<T> + Send + Sync + 'static,
{
    /// A part by `Hash` and `Eq` of what is behind the reference.
    pub fn part(&self) -> HashedOption<'b, T> {
        HashedOption(*self.value())
    }
}

impl<'a, T> ValueProbe<'a, T>
where
    T: Hash + Eq + Clone + Send + Sync + 'static,
{
    /// A part by `Hash` and `Eq`, cloned when stored.
    pub fn part(&self) -> Hashed<'a, T> {
        Hashed(self.value())
    }
}

macro_rules! unfit {
    ($($probe:ident<$argument:ty>, $type:ident $(: ?$sized:ident)?;)*) => {$(
        impl<$type $(: ?$sized)?> $probe<'_, $argument> {
            /// Never compiles: `T` has no `CacheKey`, or an earlier probe had taken it.
            pub fn part(&self) -> Unfit
            where
                $type: CacheKey,
            {
                Unfit
            }
        }
    )*};
}

unfit! {
    UnfitSliceProbe<&[T]>, T;
    UnfitOptionReferenceProbe<Option<&T>>, T: ?Sized;
    UnfitReferenceProbe<&T>, T: ?Sized;
    UnfitVecProbe<Vec<T>>, T;
    UnfitOptionProbe<Option<T>>, T;
    UnfitProbe<T>, T;
}

/// A part by `CacheKey`; it borrows its argument.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Keyed<'a, T>(&'a T);

#[diagnostic::do_not_recommend]
impl<T: CacheKey> CacheKey for Keyed<'_, T> {
    type Owned = T::Owned;
    const PORTABLE: bool = T::PORTABLE;

    #[inline]
    fn hash_key<H: Hasher>(&self, state: &mut H) {
        self.0.hash_key(state);
    }

    #[inline]
    fn hash_owned<H: Hasher>(owned: &T::Owned, state: &mut H) {
        T::hash_owned(owned, state);
    }

    #[inline]
    fn eq_key(&self, owned: &T::Owned) -> bool {
        self.0.eq_key(owned)
    }

    #[inline]
    fn eq_owned(a: &T::Owned, b: &T::Owned) -> bool {
        T::eq_owned(a, b)
    }

    fn to_key(&self) -> T::Owned {
        self.0.to_key()
    }

    fn write_text(&self, out: &mut KeyText) {
        self.0.write_text(out);
    }

    fn write_owned_text(owned: &T::Owned, out: &mut KeyText) {
        T::write_owned_text(owned, out);
    }
}

/// Stands for the part after the error, so that nothing else is reported.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Unfit;

#[diagnostic::do_not_recommend]
impl CacheKey for Unfit {
    type Owned = ();
    const PORTABLE: bool = false;

    fn hash_key<H: Hasher>(&self, _: &mut H) {}

    fn hash_owned<H: Hasher>(_: &(), _: &mut H) {}

    fn eq_key(&self, _: &()) -> bool {
        false
    }

    fn eq_owned(_: &(), _: &()) -> bool {
        false
    }

    fn to_key(&self) {}

    fn write_text(&self, out: &mut KeyText) {
        out.tuple();
    }

    fn write_owned_text(_: &(), out: &mut KeyText) {
        out.tuple();
    }
}
