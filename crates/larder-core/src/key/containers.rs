//! `CacheKey` of what holds other values: references, boxes, slices, options, ranges, maps.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::Hasher;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::{CacheKey, KeyText};

macro_rules! pointer {
    ($([$($generics:tt)*] $type:ty => $target:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> CacheKey for $type {
            type Owned = <$target as CacheKey>::Owned;
            const PORTABLE: bool = <$target as CacheKey>::PORTABLE;

            #[inline]
            fn hash_key<H: Hasher>(&self, state: &mut H) {
                <$target as CacheKey>::hash_key(self, state);
            }

            #[inline]
            fn hash_owned<H: Hasher>(owned: &<$target as CacheKey>::Owned, state: &mut H) {
                <$target as CacheKey>::hash_owned(owned, state);
            }

            #[inline]
            fn eq_key(&self, owned: &<$target as CacheKey>::Owned) -> bool {
                <$target as CacheKey>::eq_key(self, owned)
            }

            #[inline]
            fn eq_owned(a: &<$target as CacheKey>::Owned, b: &<$target as CacheKey>::Owned) -> bool {
                <$target as CacheKey>::eq_owned(a, b)
            }

            fn to_key(&self) -> <$target as CacheKey>::Owned {
                <$target as CacheKey>::to_key(self)
            }

            fn write_text(&self, out: &mut KeyText) {
                <$target as CacheKey>::write_text(self, out);
            }

            fn write_owned_text(owned: &<$target as CacheKey>::Owned, out: &mut KeyText) {
                <$target as CacheKey>::write_owned_text(owned, out);
            }
        }
    )*};
}

pointer! {
    [T: ?Sized + CacheKey] &T => T;
    [T: ?Sized + CacheKey] Box<T> => T;
    [T: ?Sized + CacheKey] Rc<T> => T;
    [T: ?Sized + CacheKey] Arc<T> => T;
    [T: ?Sized + CacheKey + ToOwned] Cow<'_, T> => T;
    [T: CacheKey] Vec<T> => [T];
}

#[diagnostic::do_not_recommend]
impl<T: CacheKey> CacheKey for [T] {
    type Owned = Vec<T::Owned>;
    const PORTABLE: bool = T::PORTABLE;

    #[inline]
    fn hash_key<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        T::hash_key_slice(self, state);
    }

    #[inline]
    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H) {
        state.write_usize(owned.len());
        T::hash_owned_slice(owned, state);
    }

    #[inline]
    fn eq_key(&self, owned: &Self::Owned) -> bool {
        self.len() == owned.len() && T::eq_key_slice(self, owned)
    }

    #[inline]
    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool {
        a.len() == b.len() && T::eq_owned_slice(a, b)
    }

    fn to_key(&self) -> Self::Owned {
        self.iter().map(CacheKey::to_key).collect()
    }

    fn write_text(&self, out: &mut KeyText) {
        T::write_text_slice(self, out);
    }

    fn write_owned_text(owned: &Self::Owned, out: &mut KeyText) {
        T::write_owned_text_slice(owned, out);
    }
}

#[diagnostic::do_not_recommend]
impl<T: CacheKey, const N: usize> CacheKey for [T; N] {
    type Owned = [T::Owned; N];
    const PORTABLE: bool = T::PORTABLE;

    #[inline]
    fn hash_key<H: Hasher>(&self, state: &mut H) {
        T::hash_key_slice(self, state);
    }

    #[inline]
    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H) {
        T::hash_owned_slice(owned, state);
    }

    #[inline]
    fn eq_key(&self, owned: &Self::Owned) -> bool {
        T::eq_key_slice(self, owned)
    }

    #[inline]
    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool {
        T::eq_owned_slice(a, b)
    }

    fn to_key(&self) -> Self::Owned {
        self.each_ref().map(CacheKey::to_key)
    }

    fn write_text(&self, out: &mut KeyText) {
        T::write_text_slice(self, out);
    }

    fn write_owned_text(owned: &Self::Owned, out: &mut KeyText) {
        T::write_owned_text_slice(owned, out);
    }
}

#[diagnostic::do_not_recommend]
impl<T: CacheKey> CacheKey for Option<T> {
    type Owned = Option<T::Owned>;
    const PORTABLE: bool = T::PORTABLE;

    #[inline]
    fn hash_key<H: Hasher>(&self, state: &mut H) {
        state.write_u8(self.is_some().into());
        if let Some(value) = self {
            value.hash_key(state);
        }
    }

    #[inline]
    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H) {
        state.write_u8(owned.is_some().into());
        if let Some(owned) = owned {
            T::hash_owned(owned, state);
        }
    }

    #[inline]
    fn eq_key(&self, owned: &Self::Owned) -> bool {
        match (self, owned) {
            (Some(value), Some(owned)) => value.eq_key(owned),
            (None, None) => true,
            _ => false,
        }
    }

    #[inline]
    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => T::eq_owned(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    fn to_key(&self) -> Self::Owned {
        self.as_ref().map(CacheKey::to_key)
    }

    fn write_text(&self, out: &mut KeyText) {
        match self {
            Some(value) => value.write_text(out.some()),
            None => out.none(),
        }
    }

    fn write_owned_text(owned: &Self::Owned, out: &mut KeyText) {
        match owned {
            Some(owned) => T::write_owned_text(owned, out.some()),
            None => out.none(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: CacheKey, E: CacheKey> CacheKey for Result<T, E> {
    type Owned = Result<T::Owned, E::Owned>;
    const PORTABLE: bool = T::PORTABLE && E::PORTABLE;

    fn hash_key<H: Hasher>(&self, state: &mut H) {
        state.write_u8(self.is_ok().into());
        match self {
            Ok(value) => value.hash_key(state),
            Err(error) => error.hash_key(state),
        }
    }

    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H) {
        state.write_u8(owned.is_ok().into());
        match owned {
            Ok(value) => T::hash_owned(value, state),
            Err(error) => E::hash_owned(error, state),
        }
    }

    fn eq_key(&self, owned: &Self::Owned) -> bool {
        match (self, owned) {
            (Ok(value), Ok(owned)) => value.eq_key(owned),
            (Err(error), Err(owned)) => error.eq_key(owned),
            _ => false,
        }
    }

    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool {
        match (a, b) {
            (Ok(a), Ok(b)) => T::eq_owned(a, b),
            (Err(a), Err(b)) => E::eq_owned(a, b),
            _ => false,
        }
    }

    fn to_key(&self) -> Self::Owned {
        self.as_ref().map(CacheKey::to_key).map_err(CacheKey::to_key)
    }

    fn write_text(&self, out: &mut KeyText) {
        match self {
            Ok(value) => value.write_text(out.named("Ok").item()),
            Err(error) => error.write_text(out.named("Err").item()),
        }
    }

    fn write_owned_text(owned: &Self::Owned, out: &mut KeyText) {
        match owned {
            Ok(value) => T::write_owned_text(value, out.named("Ok").item()),
            Err(error) => E::write_owned_text(error, out.named("Err").item()),
        }
    }
}

/// Collections that are walked in an order their equality knows; owned as vectors, so that the owned elements need no
/// order of their own.
macro_rules! collection {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> CacheKey for $type {
            type Owned = Vec<T::Owned>;
            const PORTABLE: bool = T::PORTABLE;

            fn hash_key<H: Hasher>(&self, state: &mut H) {
                state.write_usize(self.len());
                self.iter().for_each(|item| item.hash_key(state));
            }

            fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H) {
                state.write_usize(owned.len());
                owned.iter().for_each(|item| T::hash_owned(item, state));
            }

            fn eq_key(&self, owned: &Self::Owned) -> bool {
                self.len() == owned.len() && self.iter().zip(owned).all(|(item, owned)| item.eq_key(owned))
            }

            fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool {
                <[T]>::eq_owned(a, b)
            }

            fn to_key(&self) -> Self::Owned {
                self.iter().map(CacheKey::to_key).collect()
            }

            fn write_text(&self, out: &mut KeyText) {
                let mut list = out.list();
                self.iter().for_each(|item| item.write_text(list.item()));
            }

            // Not as a slice: bytes in a collection are a list.
            fn write_owned_text(owned: &Self::Owned, out: &mut KeyText) {
                let mut list = out.list();
                owned.iter().for_each(|item| T::write_owned_text(item, list.item()));
            }
        }
    )*};
}

collection! {
    [T: CacheKey] BTreeSet<T>;
    [T: CacheKey] VecDeque<T>;
}

#[diagnostic::do_not_recommend]
impl<K: CacheKey, V: CacheKey> CacheKey for BTreeMap<K, V> {
    type Owned = Vec<(K::Owned, V::Owned)>;
    const PORTABLE: bool = K::PORTABLE && V::PORTABLE;

    fn hash_key<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.iter().for_each(|entry| entry.hash_key(state));
    }

    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H) {
        state.write_usize(owned.len());
        owned.iter().for_each(|entry| <(K, V)>::hash_owned(entry, state));
    }

    fn eq_key(&self, owned: &Self::Owned) -> bool {
        self.len() == owned.len() && self.iter().zip(owned).all(|(entry, owned)| entry.eq_key(owned))
    }

    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool {
        <[(K, V)]>::eq_owned(a, b)
    }

    fn to_key(&self) -> Self::Owned {
        self.iter().map(|entry| entry.to_key()).collect()
    }

    fn write_text(&self, out: &mut KeyText) {
        let mut map = out.map();
        for (key, value) in self {
            key.write_text(map.item());
            value.write_text(map.entry());
        }
    }

    fn write_owned_text(owned: &Self::Owned, out: &mut KeyText) {
        let mut map = out.map();
        for (key, value) in owned {
            K::write_owned_text(key, map.item());
            V::write_owned_text(value, map.entry());
        }
    }
}

// Not `RangeInclusive`: whether it is exhausted cannot be seen without `PartialOrd`.
#[diagnostic::do_not_recommend]
impl<T: CacheKey> CacheKey for Range<T> {
    type Owned = Range<T::Owned>;
    const PORTABLE: bool = T::PORTABLE;

    fn hash_key<H: Hasher>(&self, state: &mut H) {
        self.start.hash_key(state);
        self.end.hash_key(state);
    }

    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H) {
        T::hash_owned(&owned.start, state);
        T::hash_owned(&owned.end, state);
    }

    fn eq_key(&self, owned: &Self::Owned) -> bool {
        self.start.eq_key(&owned.start) && self.end.eq_key(&owned.end)
    }

    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool {
        T::eq_owned(&a.start, &b.start) && T::eq_owned(&a.end, &b.end)
    }

    fn to_key(&self) -> Self::Owned {
        self.start.to_key()..self.end.to_key()
    }

    fn write_text(&self, out: &mut KeyText) {
        let mut fields = out.named("Range");
        self.start.write_text(fields.item());
        self.end.write_text(fields.item());
    }

    fn write_owned_text(owned: &Self::Owned, out: &mut KeyText) {
        let mut fields = out.named("Range");
        T::write_owned_text(&owned.start, fields.item());
        T::write_owned_text(&owned.end, fields.item());
    }
}
