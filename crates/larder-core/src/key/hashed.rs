//! Parts of types without `CacheKey`: identified by `Hash` and `Eq`, owned by `Clone` or `ToOwned`.
//!
//! Their text form is `#` and 32 hexadecimal digits: a 128-bit hash with fixed seeds of what their `Hash` writes. It is
//! stable within one build only, since neither `Hash` implementations nor the hasher promise more; so these parts are not
//! [`PORTABLE`](CacheKey::PORTABLE) and shared stores refuse them.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::quality::FixedState;

use super::{CacheKey, KeyText};

/// A value identified by its `Hash` and `Eq`.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Hashed<'a, T>(pub(super) &'a T);

impl<'a, T> Hashed<'a, T> {
    /// A part over `value`; also for `#[cache_key(hash)]` fields.
    pub const fn new(value: &'a T) -> Self {
        Self(value)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Hash + Eq + Clone + Send + Sync + 'static> CacheKey for Hashed<'_, T> {
    type Owned = T;
    const PORTABLE: bool = false;

    #[inline]
    fn hash_key<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    #[inline]
    fn hash_owned<H: Hasher>(owned: &T, state: &mut H) {
        owned.hash(state);
    }

    #[inline]
    fn eq_key(&self, owned: &T) -> bool {
        self.0 == owned
    }

    #[inline]
    fn eq_owned(a: &T, b: &T) -> bool {
        a == b
    }

    fn to_key(&self) -> T {
        self.0.clone()
    }

    fn write_text(&self, out: &mut KeyText) {
        out.digest(digest(self.0));
    }

    fn write_owned_text(owned: &T, out: &mut KeyText) {
        out.digest(digest(owned));
    }
}

/// A reference identified by `Hash` and `Eq` of what is behind it.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct HashedRef<'a, T: ?Sized>(pub(super) &'a T);

#[diagnostic::do_not_recommend]
impl<T> CacheKey for HashedRef<'_, T>
where
    T: ?Sized + Hash + Eq + ToOwned,
    T::Owned: Borrow<T> + Send + Sync + 'static,
{
    type Owned = T::Owned;
    const PORTABLE: bool = false;

    #[inline]
    fn hash_key<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    // `Borrow` promises that owned and borrowed form hash alike, but only through the borrowed form is it certain.
    #[inline]
    fn hash_owned<H: Hasher>(owned: &T::Owned, state: &mut H) {
        Borrow::<T>::borrow(owned).hash(state);
    }

    #[inline]
    fn eq_key(&self, owned: &T::Owned) -> bool {
        self.0 == Borrow::<T>::borrow(owned)
    }

    #[inline]
    fn eq_owned(a: &T::Owned, b: &T::Owned) -> bool {
        Borrow::<T>::borrow(a) == Borrow::<T>::borrow(b)
    }

    fn to_key(&self) -> T::Owned {
        self.0.to_owned()
    }

    fn write_text(&self, out: &mut KeyText) {
        out.digest(digest(self.0));
    }

    fn write_owned_text(owned: &T::Owned, out: &mut KeyText) {
        out.digest(digest(Borrow::<T>::borrow(owned)));
    }
}

/// An optional reference identified by `Hash` and `Eq` of what is behind it.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct HashedOption<'a, T: ?Sized>(pub(super) Option<&'a T>);

#[diagnostic::do_not_recommend]
impl<T> CacheKey for HashedOption<'_, T>
where
    T: ?Sized + Hash + Eq + ToOwned,
    T::Owned: Borrow<T> + Send + Sync + 'static,
{
    type Owned = Option<T::Owned>;
    const PORTABLE: bool = false;

    #[inline]
    fn hash_key<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    #[inline]
    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H) {
        owned.as_ref().map(Borrow::<T>::borrow).hash(state);
    }

    #[inline]
    fn eq_key(&self, owned: &Self::Owned) -> bool {
        self.0 == owned.as_ref().map(Borrow::<T>::borrow)
    }

    #[inline]
    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool {
        a.as_ref().map(Borrow::<T>::borrow) == b.as_ref().map(Borrow::<T>::borrow)
    }

    fn to_key(&self) -> Self::Owned {
        self.0.map(ToOwned::to_owned)
    }

    fn write_text(&self, out: &mut KeyText) {
        optional_text(self.0, out);
    }

    fn write_owned_text(owned: &Self::Owned, out: &mut KeyText) {
        optional_text(owned.as_ref().map(Borrow::<T>::borrow), out);
    }
}

fn optional_text<T: ?Sized + Hash>(value: Option<&T>, out: &mut KeyText) {
    match value {
        None => out.none(),
        Some(value) => out.some().digest(digest(value)),
    }
}

/// 128 bits over what `Hash` writes: two independent 64-bit hashes with fixed seeds.
fn digest<T: ?Sized + Hash>(value: &T) -> u128 {
    let half = |seed| FixedState::with_seed(seed).hash_one(value);
    u128::from(half(SEEDS[0])) << 64 | u128::from(half(SEEDS[1]))
}

/// Digits of pi, so that nobody has to wonder.
const SEEDS: [u64; 2] = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344];
