//! `CacheKey` of numbers, `bool`, `char` and other small values that are their own owned form.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16,
    NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::text::float_bits;
use super::{CacheKey, KeyText};

/// A `Copy` type with a lawful `Hash` and `Eq`, and the way its text is written.
macro_rules! copy {
    (@one $type:ty, $value:ident, $out:ident => $text:expr $(, $slice:ident => $slice_text:expr)?) => {
        #[diagnostic::do_not_recommend]
        impl CacheKey for $type {
            type Owned = Self;

            #[inline]
            fn hash_key<H: Hasher>(&self, state: &mut H) {
                self.hash(state);
            }

            #[inline]
            fn hash_owned<H: Hasher>(owned: &Self, state: &mut H) {
                owned.hash(state);
            }

            #[inline]
            fn eq_key(&self, owned: &Self) -> bool {
                self == owned
            }

            #[inline]
            fn eq_owned(a: &Self, b: &Self) -> bool {
                a == b
            }

            #[inline]
            fn to_key(&self) -> Self {
                *self
            }

            fn write_text(&self, $out: &mut KeyText) {
                let $value = *self;
                $text;
            }

            fn write_owned_text(owned: &Self, out: &mut KeyText) {
                owned.write_text(out);
            }

            #[inline]
            fn hash_key_slice<H: Hasher>(slice: &[Self], state: &mut H) {
                Self::hash_slice(slice, state);
            }

            #[inline]
            fn hash_owned_slice<H: Hasher>(slice: &[Self], state: &mut H) {
                Self::hash_slice(slice, state);
            }

            #[inline]
            fn eq_key_slice(slice: &[Self], owned: &[Self]) -> bool {
                slice == owned
            }

            #[inline]
            fn eq_owned_slice(a: &[Self], b: &[Self]) -> bool {
                a == b
            }

            $(fn write_text_slice($slice: &[Self], $out: &mut KeyText) {
                $slice_text;
            }

            fn write_owned_text_slice(slice: &[Self], out: &mut KeyText) {
                Self::write_text_slice(slice, out);
            })?
        }
    };
    ($($type:ty)*, $value:ident, $out:ident => $text:expr) => {
        $(copy!(@one $type, $value, $out => $text);)*
    };
}
pub(super) use copy;

copy!(@one u8, value, out => out.unsigned(value.into()), slice => out.bytes(slice));
copy!(u16 u32 u64, value, out => out.unsigned(value.into()));
copy!(u128, value, out => out.unsigned(value));
copy!(i8 i16 i32 i64, value, out => out.signed(value.into()));
copy!(i128, value, out => out.signed(value));
// Lossless: no supported platform has more than 128 bits.
copy!(usize, value, out => out.unsigned(value as u128));
copy!(isize, value, out => out.signed(value as i128));
copy!(
    NonZeroU8 NonZeroU16 NonZeroU32 NonZeroU64 NonZeroU128 NonZeroUsize
    NonZeroI8 NonZeroI16 NonZeroI32 NonZeroI64 NonZeroI128 NonZeroIsize,
    value, out => value.get().write_text(out)
);
copy!(bool, value, out => out.boolean(value));
copy!(char, value, out => out.character(value));
copy!(Ordering, value, out => out.unit(match value {
    Ordering::Less => "Less",
    Ordering::Equal => "Equal",
    Ordering::Greater => "Greater",
}));
copy!(Duration, value, out => {
    let mut fields = out.named("Duration");
    fields.item().unsigned(value.as_secs().into());
    fields.item().unsigned(value.subsec_nanos().into());
});
copy!(SystemTime, value, out => {
    let mut fields = out.named("SystemTime");
    // Nanoseconds before or after the epoch; a `Duration` has fewer than 2^95 of them.
    fields.item().signed(match value.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    });
});

macro_rules! float {
    ($($type:ty)*) => {$(
        /// By bits: `-0.0` is not `0.0`; but all NaN are equal.
        #[diagnostic::do_not_recommend]
        impl CacheKey for $type {
            type Owned = Self;

            #[inline]
            fn hash_key<H: Hasher>(&self, state: &mut H) {
                state.write_u64(float_bits((*self).into()));
            }

            #[inline]
            fn hash_owned<H: Hasher>(owned: &Self, state: &mut H) {
                owned.hash_key(state);
            }

            #[inline]
            fn eq_key(&self, owned: &Self) -> bool {
                float_bits((*self).into()) == float_bits((*owned).into())
            }

            #[inline]
            fn eq_owned(a: &Self, b: &Self) -> bool {
                a.eq_key(b)
            }

            #[inline]
            fn to_key(&self) -> Self {
                *self
            }

            fn write_text(&self, out: &mut KeyText) {
                out.float((*self).into());
            }

            fn write_owned_text(owned: &Self, out: &mut KeyText) {
                owned.write_text(out);
            }
        }
    )*};
}

float!(f32 f64);

#[diagnostic::do_not_recommend]
impl<T: ?Sized> CacheKey for PhantomData<T> {
    type Owned = ();

    fn hash_key<H: Hasher>(&self, _: &mut H) {}

    fn hash_owned<H: Hasher>((): &(), _: &mut H) {}

    fn eq_key(&self, (): &()) -> bool {
        true
    }

    fn eq_owned((): &(), (): &()) -> bool {
        true
    }

    fn to_key(&self) {}

    fn write_text(&self, out: &mut KeyText) {
        out.tuple();
    }

    fn write_owned_text((): &(), out: &mut KeyText) {
        out.tuple();
    }
}
